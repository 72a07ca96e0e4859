/** The language server's process: its own, so that nothing it meets in a file can stall or end the extension host. */
import { createConnection } from 'vscode-languageserver/node';
import { serve } from './server';

const connection = createConnection();
serve(connection, { now: () => Date.now() });
connection.listen();
