/** Why a command does not do what it was asked for, in words for the user: nothing of ours has failed. */
export class Refusal extends Error {}
