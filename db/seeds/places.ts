/** Where the demonstration agency works. `factor` scales prices: 1 is an ordinary part of inner London. */
export interface Place {
  slug: string
  title: string
  /** Ends the public codes of models based there: SOPHIA-MF. */
  code: string
  latitude: number
  longitude: number
  popular: boolean
  factor: number
  postCode: string
  station: string
}

export const PLACES: readonly Place[] = [
  {
    slug: 'mayfair',
    title: 'Mayfair',
    code: 'MF',
    latitude: 51.5095,
    longitude: -0.1478,
    popular: true,
    factor: 1.4,
    postCode: 'W1K',
    station: 'Bond Street',
  },
  {
    slug: 'kensington',
    title: 'Kensington',
    code: 'KS',
    latitude: 51.5021,
    longitude: -0.1914,
    popular: true,
    factor: 1.25,
    postCode: 'W8',
    station: 'High Street Kensington',
  },
  {
    slug: 'soho',
    title: 'Soho',
    code: 'SO',
    latitude: 51.5136,
    longitude: -0.1365,
    popular: true,
    factor: 1.15,
    postCode: 'W1D',
    station: 'Tottenham Court Road',
  },
  {
    slug: 'canary-wharf',
    title: 'Canary Wharf',
    code: 'CW',
    latitude: 51.5054,
    longitude: -0.0235,
    popular: true,
    factor: 1.15,
    postCode: 'E14',
    station: 'Canary Wharf',
  },
  {
    slug: 'heathrow',
    title: 'Heathrow',
    code: 'HR',
    latitude: 51.47,
    longitude: -0.4543,
    popular: true,
    factor: 1.2,
    postCode: 'TW6',
    station: 'Heathrow Terminals 2 & 3',
  },
  {
    slug: 'marylebone',
    title: 'Marylebone',
    code: 'MB',
    latitude: 51.5188,
    longitude: -0.1493,
    popular: false,
    factor: 1.2,
    postCode: 'W1U',
    station: 'Baker Street',
  },
  {
    slug: 'chelsea',
    title: 'Chelsea',
    code: 'CH',
    latitude: 51.4875,
    longitude: -0.1687,
    popular: true,
    factor: 1.3,
    postCode: 'SW3',
    station: 'Sloane Square',
  },
  {
    slug: 'city-of-london',
    title: 'City of London',
    code: 'CT',
    latitude: 51.5155,
    longitude: -0.0922,
    popular: true,
    factor: 1.15,
    postCode: 'EC2',
    station: 'Bank',
  },
  {
    slug: 'shoreditch',
    title: 'Shoreditch',
    code: 'SD',
    latitude: 51.5265,
    longitude: -0.0798,
    popular: false,
    factor: 1,
    postCode: 'E1',
    station: 'Liverpool Street',
  },
  {
    slug: 'covent-garden',
    title: 'Covent Garden',
    code: 'CG',
    latitude: 51.5117,
    longitude: -0.124,
    popular: true,
    factor: 1.15,
    postCode: 'WC2',
    station: 'Covent Garden',
  },
  {
    slug: 'greenwich',
    title: 'Greenwich',
    code: 'GR',
    latitude: 51.4826,
    longitude: -0.0077,
    popular: false,
    factor: 0.95,
    postCode: 'SE10',
    station: 'Cutty Sark',
  },
  {
    slug: 'gatwick',
    title: 'Gatwick',
    code: 'GW',
    latitude: 51.1537,
    longitude: -0.1821,
    popular: false,
    factor: 1.25,
    postCode: 'RH6',
    station: 'Gatwick Airport',
  },
]

export const ZONE = 'Europe/London'
