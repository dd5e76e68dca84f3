/** What a node tells others of what its user does, beside what the user writes. May change while it runs. */
export type Tells = {
  /** That the user is writing at this moment; and whether the user is told so of others. */
  typing: boolean;
  /** That the user has read what others wrote. That it has arrived is told in any case. */
  readReceipts: boolean;
};
