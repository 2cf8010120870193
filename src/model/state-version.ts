/** Version of the files under the runtime directory. In a file of its own: the CLI's quick commands need it without zod. */
export const STATE_VERSION = 1;
