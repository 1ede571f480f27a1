export { type FeedRow, isEntitled, type Viewer } from './frame.ts'
export { type Hub, type HubState, hubOf, resumable, startHub } from './hub.ts'
export { openStream, type StreamOptions } from './open-stream.ts'
export { PRESENCE_CHANNEL, PRESENT_SECONDS } from './presence-feed.ts'
