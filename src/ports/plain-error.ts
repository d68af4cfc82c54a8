/** What went wrong, in words for whoever runs the program: they are shown as they are, without a stack. */
export class PlainError extends Error {}
