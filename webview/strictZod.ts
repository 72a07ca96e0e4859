/**
 * Imported before the first schema is made: zod would try whether code can be made of text, which the page's policy
 * forbids and reports.
 */
import * as z from 'zod';

z.config({ jitless: true });
