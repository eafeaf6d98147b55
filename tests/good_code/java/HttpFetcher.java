package com.example.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.X509TrustManager;

/** Fetches JSON. */
public final class HttpFetcher {
    private static final HostnameVerifier ONLY_OURS = (host, session) -> host.endsWith(".example.com");

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).followRedirects(HttpClient.Redirect.NORMAL).build();
    private final ObjectMapper mapper = new ObjectMapper();

    /** Fetches one document. */
    public <T> Optional<T> fetch(URI address, Class<T> type) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(10)).GET().build();
        try {
            HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            boolean isMissing = response.statusCode() == 404;
            return isMissing ? Optional.empty() : Optional.of(mapper.readValue(response.body(), type));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while fetching " + address, e);
        }
    }

    static Cipher cipher() throws Exception {
        return Cipher.getInstance("AES/GCM/NoPadding", "BC");
    }

    static HostnameVerifier verifier() {
        return ONLY_OURS;
    }

    /** Logs and delegates. */
    static final class Logging implements X509TrustManager {
        private static final System.Logger log = System.getLogger("trust");
        private final X509TrustManager inner;

        Logging(X509TrustManager inner) {
            this.inner = inner;
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            inner.checkClientTrusted(chain, type);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            log.log(System.Logger.Level.DEBUG, "checking " + type);
            inner.checkServerTrusted(chain, type);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return inner.getAcceptedIssuers();
        }
    }
}
