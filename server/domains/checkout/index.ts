export { followedBy, opensStill } from './read-checkout.ts'
export { settleDifference } from './settle-difference.ts'
