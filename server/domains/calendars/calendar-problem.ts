/** Why a calendar could not be read; the message is a sentence for people and quotes nothing of the calendar. */
export class CalendarProblem extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'CalendarProblem'
  }
}
