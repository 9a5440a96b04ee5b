import type { Language } from '../state/location';
import { en } from './en';
import { historyEn } from './history.en';
import { type HistoryWords, historyZh } from './history.zh';
import { type Messages, zh } from './zh';

export type { HistoryWords, Messages };
export const messages: Record<Language, Messages> = { zh, en };
export const historyWords: Record<Language, HistoryWords> = { zh: historyZh, en: historyEn };
