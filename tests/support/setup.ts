import { afterEach, beforeEach, expect } from 'vitest'

// What a test did not expect on the console is a failure: nobody reads noise.
const noise: string[] = []
const original = console.error
console.error = (...parts: unknown[]) => {
  noise.push(parts.map(String).join(' '))
  original(...parts)
}

beforeEach(() => {
  noise.length = 0
})
afterEach(() => {
  expect(noise, 'console.error was called').toEqual([])
})
