/** Why the product does not start, in words for whoever starts it: they are shown as they are, without a stack. */
export class CannotStart extends Error {}
