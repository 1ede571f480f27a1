import { cookieOf, plainCookie } from './cookies.server.ts'

export const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

const NAME = 'theme'
const YEAR_SECONDS = 365 * 24 * 60 * 60

export function themeOf(value: unknown): Theme {
  return THEMES.find((theme) => theme === value) ?? 'system'
}

export function readTheme(request: Request): Theme {
  return themeOf(cookieOf(request, NAME))
}

export const DENSITIES = ['comfortable', 'compact'] as const
export type Density = (typeof DENSITIES)[number]

export function densityOf(value: unknown): Density {
  return DENSITIES.find((density) => density === value) ?? 'comfortable'
}

export function readDensity(request: Request): Density {
  return densityOf(cookieOf(request, 'density'))
}

export function densityCookie(density: Density, secure: boolean): string {
  return plainCookie('density', density, density === 'comfortable' ? 0 : YEAR_SECONDS, secure)
}

export function themeCookie(theme: Theme, secure: boolean): string {
  return plainCookie(NAME, theme, theme === 'system' ? 0 : YEAR_SECONDS, secure)
}
