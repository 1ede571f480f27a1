export { type ClientContact, findOrCreateClient } from './find-or-create-client.ts'
