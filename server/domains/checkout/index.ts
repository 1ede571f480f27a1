export { followedBy, opensStill } from './read-checkout.ts'
