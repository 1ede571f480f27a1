export { createTask, type NewTask } from './create-task.ts'
