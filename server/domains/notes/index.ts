export { insertNote, listNotes, type NotedEntity } from './note.repository.ts'
export { addNoteInput, type NoteOut, noteOut } from './note.schema.ts'
