export const Handset = () => null;
