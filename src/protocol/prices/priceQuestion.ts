/** What can be asked of a model's price: `provider` `null` where nobody says whose model it is. */
import * as z from 'zod';

export const priceQuestionSchema = z.object({ provider: z.string().nullable(), model: z.string() });
export type PriceQuestion = z.infer<typeof priceQuestionSchema>;
