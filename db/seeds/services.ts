/** What the demonstration agency offers: 58 services in 7 categories, fit for any audience. */
export interface Service {
  code: string
  name: string
  description: string
  /** Pounds on top of the time; 0 costs nothing extra. */
  extra?: number
  equipment?: boolean
  popular?: boolean
}
export interface Category {
  code: string
  name: string
  services: readonly Service[]
}

export const CATEGORIES: readonly Category[] = [
  {
    code: 'hosting',
    name: 'Hosting & reception',
    services: [
      { code: 'gala-host', name: 'Gala host', description: 'Receives guests and keeps an evening running.', popular: true },
      {
        code: 'product-launch-host',
        name: 'Product launch host',
        description: 'Presents and answers questions at a launch.',
        extra: 40,
      },
      {
        code: 'exhibition-stand-host',
        name: 'Exhibition stand host',
        description: 'Welcomes visitors at a trade fair stand.',
        popular: true,
      },
      {
        code: 'vip-guest-reception',
        name: 'VIP guest reception',
        description: 'Meets and looks after guests of honour.',
        extra: 50,
      },
      { code: 'conference-registration', name: 'Conference registration', description: 'Runs the registration desk.' },
      {
        code: 'private-dinner-host',
        name: 'Private dinner host',
        description: 'Hosts a dinner at home or in a restaurant.',
        extra: 30,
      },
      {
        code: 'awards-evening-host',
        name: 'Awards evening host',
        description: 'Leads winners to the stage and back.',
        extra: 40,
      },
      { code: 'yacht-day-host', name: 'Yacht day host', description: 'Hosts guests for a day on the Thames.', extra: 80 },
      { code: 'hotel-welcome-desk', name: 'Hotel welcome desk', description: 'Looks after arriving groups.' },
    ],
  },
  {
    code: 'event-companion',
    name: 'Event companion',
    services: [
      {
        code: 'dinner-companion',
        name: 'Dinner companion',
        description: 'Good company and conversation over dinner.',
        popular: true,
      },
      { code: 'theatre-companion', name: 'Theatre companion', description: 'Company for a play or musical.', popular: true },
      { code: 'opera-companion', name: 'Opera companion', description: 'Knows the score, and when to clap.', extra: 20 },
      {
        code: 'business-dinner-companion',
        name: 'Business dinner companion',
        description: 'At ease at a table of colleagues.',
        extra: 30,
      },
      { code: 'wedding-guest', name: 'Wedding guest', description: 'The plus-one who gets along with everyone.', extra: 40 },
      {
        code: 'charity-gala-companion',
        name: 'Charity gala companion',
        description: 'Company for a black-tie evening.',
        extra: 40,
      },
      {
        code: 'gallery-opening-companion',
        name: 'Gallery opening companion',
        description: 'Company for an opening or private view.',
      },
      {
        code: 'sports-event-companion',
        name: 'Sports event companion',
        description: 'Company for a match, a race or a regatta.',
      },
      { code: 'city-break-companion', name: 'City break companion', description: 'Company for a day out of town.', extra: 60 },
    ],
  },
  {
    code: 'modelling',
    name: 'Photo & fashion modelling',
    services: [
      {
        code: 'fashion-editorial',
        name: 'Fashion editorial',
        description: 'For magazines and look books.',
        extra: 100,
        popular: true,
      },
      {
        code: 'commercial-photo',
        name: 'Commercial photo shoot',
        description: 'Advertising and brand photography.',
        extra: 120,
        popular: true,
      },
      { code: 'catalogue-shoot', name: 'Catalogue shoot', description: 'Many outfits in one day.', extra: 60 },
      { code: 'fitting-model', name: 'Fitting model', description: 'Sample and size fittings.' },
      { code: 'runway-show', name: 'Runway show', description: 'Shows and presentations.', extra: 90 },
      { code: 'product-photo', name: 'Product photography', description: 'Hands, hair and accessories.', extra: 40 },
      { code: 'hair-and-beauty-model', name: 'Hair & beauty model', description: 'For salons and brands.', extra: 40 },
      { code: 'portrait-sitting', name: 'Portrait sitting', description: 'For painters and art classes, dressed.' },
      {
        code: 'social-media-shoot',
        name: 'Social media shoot',
        description: 'Short films and stills.',
        extra: 50,
        equipment: true,
      },
    ],
  },
  {
    code: 'guiding',
    name: 'Guided tours',
    services: [
      { code: 'westminster-walk', name: 'Westminster walk', description: 'From the Abbey to the Palace.', popular: true },
      { code: 'museum-tour', name: 'Museum tour', description: 'Highlights of one great museum.', popular: true },
      { code: 'street-art-walk', name: 'Street art walk', description: 'The walls of East London.' },
      { code: 'food-market-tour', name: 'Food market tour', description: 'Borough, Maltby or Broadway Market.', extra: 25 },
      { code: 'thames-cruise-guide', name: 'Thames cruise guide', description: 'London seen from the river.', extra: 30 },
      { code: 'personal-shopping', name: 'Personal shopping guide', description: 'Knows the shops and the tailors.' },
      { code: 'evening-city-walk', name: 'Evening city walk', description: 'Lights, lanes and legends.' },
      { code: 'day-trip-guide', name: 'Day trip guide', description: 'Windsor, Bath, Oxford or the coast.', extra: 70 },
    ],
  },
  {
    code: 'wellness',
    name: 'Massage & wellness',
    services: [
      {
        code: 'sports-massage',
        name: 'Sports massage',
        description: 'By a certified therapist.',
        extra: 20,
        equipment: true,
        popular: true,
      },
      {
        code: 'deep-tissue-massage',
        name: 'Deep tissue massage',
        description: 'By a certified therapist.',
        extra: 25,
        equipment: true,
      },
      {
        code: 'swedish-massage',
        name: 'Swedish massage',
        description: 'By a certified therapist.',
        extra: 15,
        equipment: true,
        popular: true,
      },
      {
        code: 'office-chair-massage',
        name: 'Office chair massage',
        description: 'Fifteen minutes a person, at work.',
        equipment: true,
      },
      { code: 'yoga-session', name: 'Yoga session', description: 'Alone or in a small group.' },
      { code: 'breathing-session', name: 'Breathing session', description: 'Calm in an hour.' },
      { code: 'stretching-session', name: 'Assisted stretching', description: 'After training or a long flight.' },
      { code: 'aromatherapy', name: 'Aromatherapy', description: 'Oils and a quiet hour.', extra: 20, equipment: true },
    ],
  },
  {
    code: 'performance',
    name: 'Performance',
    services: [
      {
        code: 'live-singing',
        name: 'Live singing',
        description: 'A set of forty minutes.',
        extra: 100,
        equipment: true,
        popular: true,
      },
      { code: 'piano-evening', name: 'Piano evening', description: 'Background or recital.', extra: 80 },
      { code: 'violin-set', name: 'Violin set', description: 'Classical or crossover.', extra: 80 },
      { code: 'dj-set', name: 'DJ set', description: 'Brings the desk.', extra: 120, equipment: true, popular: true },
      { code: 'close-up-magic', name: 'Close-up magic', description: 'From table to table.', extra: 70 },
      { code: 'contemporary-dance', name: 'Contemporary dance', description: 'A solo of fifteen minutes.', extra: 90 },
      { code: 'master-of-ceremonies', name: 'Master of ceremonies', description: 'Holds the evening together.', extra: 110 },
      { code: 'led-juggling', name: 'LED juggling', description: 'For dark rooms and gardens.', extra: 90, equipment: true },
    ],
  },
  {
    code: 'interpreting',
    name: 'Interpreting',
    services: [
      {
        code: 'consecutive-interpreting',
        name: 'Consecutive interpreting',
        description: 'For meetings and talks.',
        popular: true,
      },
      { code: 'whispered-interpreting', name: 'Whispered interpreting', description: 'For one or two listeners.', extra: 20 },
      {
        code: 'business-negotiation',
        name: 'Business negotiation',
        description: 'Both languages, both customs.',
        extra: 40,
        popular: true,
      },
      { code: 'appointment-interpreting', name: 'Appointment interpreting', description: 'At a doctor, a solicitor, a school.' },
      { code: 'factory-visit', name: 'Factory visit', description: 'Technical vocabulary prepared.', extra: 40 },
      { code: 'airport-welcome', name: 'Airport welcome', description: 'Meets guests in their language.', extra: 20 },
      { code: 'sign-language', name: 'British Sign Language', description: 'Registered interpreter.', extra: 30 },
    ],
  },
]

export const SERVICES: readonly Service[] = CATEGORIES.flatMap((category) => category.services)
