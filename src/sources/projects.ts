/** What a call's project is called where something other than its folder's own name says so; every source asks for it. */

export interface ProjectNames {
  /** By the deepest configuration of a workspace at or above a working directory; `null`: none names a project. */
  of(cwd: string): string | null;
}

export const noProjectNames: ProjectNames = { of: () => null };

const longestName = 256;

/** As it may enter the ledger. What looks like a mail account is somebody's address, not a project's name. */
export function asProjectName(name: string): string | null {
  return name === '' || /\S@\S+\.\S/.test(name) ? null : name.slice(0, longestName);
}
