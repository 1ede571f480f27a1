export { isEntitled, type Viewer } from './frame.ts'
export { type Hub, type HubState, hubOf, startHub } from './hub.ts'
export { openStream, type StreamOptions } from './open-stream.ts'
