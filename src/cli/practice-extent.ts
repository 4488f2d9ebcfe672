/** The last checkpoint of the guide that the practice world can take to its proof; what comes after needs a real server. */
export const practiceReaches = 'reverse-dns';

/** How far practice goes, in a sentence. */
export const practiceExtent = `Practice goes as far as the checkpoint ${practiceReaches} at present; all after it needs a real server.`;
