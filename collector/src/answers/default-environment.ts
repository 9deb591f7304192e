/** Environment that a question means when it names none. */
export const DEFAULT_ENVIRONMENT = 'production';
