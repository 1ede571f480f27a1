/** What people write. {place}, {name} and {when} are filled in. */
export const ASKS: Record<string, readonly { subject: string; message: string }[]> = {
  hosting: [
    {
      subject: 'Host for a product launch',
      message:
        'We present a new watch in {place} on {when} and need one host who can welcome about 60 guests. Smart business dress. Is someone free?',
    },
    {
      subject: 'Stand at a trade fair',
      message:
        'Our stand is small but busy. We look for someone friendly who learns quickly, in {place}, {when}. Lunch is on us.',
    },
    {
      subject: 'Awards evening',
      message: 'Two hundred guests, black tie, in {place} on {when}. We need a host to lead winners to the stage.',
    },
  ],
  'event-companion': [
    {
      subject: 'Dinner with clients',
      message:
        'I host clients from abroad in {place} on {when} and would be glad of good company at the table. Conversation about art welcome.',
    },
    {
      subject: 'Theatre, two tickets',
      message: 'My sister can’t come. I have a second ticket for {when} near {place} and would rather not go alone.',
    },
    {
      subject: 'Charity gala',
      message: 'A table of ten at a gala in {place}, {when}. Black tie. Please suggest someone who enjoys a charity auction.',
    },
  ],
  modelling: [
    {
      subject: 'Look book, half a day',
      message: 'Autumn look book, twelve outfits, studio in {place}, {when}. Sizes UK 8–10. Usage: web, one year.',
    },
    {
      subject: 'Fitting model wanted',
      message: 'Sample fittings for two hours in {place}, {when}. Regular work if it goes well.',
    },
    {
      subject: 'Hair campaign',
      message: 'A salon campaign in {place} on {when}; no cutting, only styling. Pictures for posters.',
    },
  ],
  guiding: [
    {
      subject: 'Walk for a family of five',
      message:
        'Three children, the youngest is eight. We stay near {place} and are free on {when}. Something with stories, please.',
    },
    {
      subject: 'Museum in two hours',
      message: 'We have only the afternoon of {when}. Which museum near {place} would you choose, and is a guide free?',
    },
    {
      subject: 'Visitors from our Leeds office',
      message: 'Eight colleagues, half a day, starting in {place} on {when}. They have seen the Tower already.',
    },
  ],
  wellness: [
    {
      subject: 'Massage after the marathon',
      message: 'My legs will need it. Hotel in {place}, {when}, one hour. Do you bring the table?',
    },
    {
      subject: 'Office wellness day',
      message: 'Chair massages for about twelve people in our office in {place} on {when}. Invoice to the company.',
    },
    { subject: 'Yoga for beginners', message: 'Two of us, never done it before, at home in {place}. {when} would suit us.' },
  ],
  performance: [
    {
      subject: 'Singer for a 60th birthday',
      message: 'A surprise for my mother in {place}, {when}. She loves Ella Fitzgerald. The room takes forty people.',
    },
    { subject: 'DJ for the summer party', message: 'From nine to midnight in {place}, {when}. There is power, but no desk.' },
    {
      subject: 'Magician between the courses',
      message: 'A dinner for thirty in {place} on {when}. From table to table, an hour or so.',
    },
  ],
  interpreting: [
    {
      subject: 'Interpreter for a negotiation',
      message: 'Two parties, one day in {place}, {when}. Papers can be sent in advance under an NDA.',
    },
    {
      subject: 'Meeting guests at the airport',
      message: 'A delegation of four lands on {when}. Please meet them and bring them to {place}.',
    },
    { subject: 'Sign language at a talk', message: 'Our talk in {place} on {when} has two deaf guests. One hour and questions.' },
  ],
}

export const SPAM = [
  {
    subject: 'Rank FIRST on search engines!!!',
    message: 'Dear owner, we put your site on page one in 7 days, guaranteed. Reply YES for a free audit.',
  },
  { subject: 'Business loan approved', message: 'Your loan of 250,000 is approved. Send your details to receive it today.' },
  { subject: 'Partnership proposal', message: 'We sell lists of 5 million verified mails. First 10,000 are free.' },
]

export const LOST_REASONS = [
  'Chose another agency.',
  'The event was called off.',
  'Over their budget.',
  'No answer after three messages.',
  'Wanted a date we could not offer.',
]
export const CANCEL_REASONS = [
  'The client fell ill.',
  'The client’s flight was cancelled.',
  'The event was moved to another month.',
  'The client found a friend to go with.',
]
export const WAIVER_REASONS = [
  'Regular client, always paid on the day.',
  'Corporate account, invoiced monthly.',
  'Booked and paid by our partner agency.',
]
export const NOTES = [
  'Called back: wants someone with a calm manner.',
  'Entrance is at the side of the building; ask for the concierge.',
  'Invoice in the company’s name, PO number follows.',
  'Allergic to nuts. Told the restaurant.',
  'Will be ten minutes late, agreed by phone.',
  'Asked for the same person as last time.',
  'Parking is reserved under the client’s name.',
]
export const RESOLUTIONS = [
  'Called the client; a new time is agreed.',
  'Spoke to both sides, nothing further to do.',
  'The client paid by transfer; it was on its way.',
  'Offered another date, the client thinks about it.',
]
export const DISMISSALS = [
  'The client had decided otherwise already.',
  'A duplicate of a case that is closed.',
  'False alarm, confirmed by phone.',
]

export const AGENTS = [
  'Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 15_6) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Safari/605.1.15',
  'Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0',
]
