export { type NewMessage, queueMessage, withdrawMessages } from './queue-message.ts'
