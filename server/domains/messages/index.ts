export { bodyPlace, type NewMessage, queueMessage, withdrawMessages } from './queue-message.ts'
