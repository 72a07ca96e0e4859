/** How much of workspaces' configurations is read. Without schemas: a window needs it before it is painted. */

/** In characters. What a window sends is read when its views come, on the thread that answers every window. */
export const longestWorkspaceText = 131_072;
/** Of all folders of a window. */
export const mostWorkspaceText = 524_288;
/** Folders whose files are looked for. */
export const mostWorkspaces = 100;
