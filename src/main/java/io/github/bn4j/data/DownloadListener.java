package io.github.bn4j.data;

/** Is told how a download goes; called by the thread that loads. Every method does nothing unless overridden. */
public interface DownloadListener {

    /**
     * Before the first byte.
     *
     * @param file name of the file
     * @param bytes its size, or -1 if the server does not say
     */
    default void onDownload(String file, long bytes) {}

    /**
     * After each part.
     *
     * @param bytes how much of the file is here, with what an earlier attempt left
     */
    default void onProgress(long bytes) {}

    /** At the end of the file, also when the download fails. */
    default void onDownloaded() {}
}
