package com.example.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CacheTest {
    private Map<String, String> cache;
    private final Random random = new Random(42);

    @BeforeEach
    void fill() {
        cache = new HashMap<>(Map.of("a", "1", "b", "2"));
    }

    @Test
    void buildsTheStatement() {
        String column = "name";
        String sql = Statements.byColumn(column);
        assertEquals("SELECT id FROM users WHERE " + column + " = ?", sql);
    }

    @ParameterizedTest
    @CsvSource({"a, 1", "b, 2"})
    void findsWhatWasPut(String key, String value) {
        assertThat(cache).containsEntry(key, value);
    }

    @Nested
    class WhenEmpty {
        @Test
        void refusesToAnswer() {
            cache.clear();
            var error = assertThrows(IllegalStateException.class, () -> Lookup.in(cache, "a"));
            assertThat(error).hasMessage("no entry for key = 'a' in cache");
        }

        @Test
        void answersLater() {
            var later = CompletableFuture.supplyAsync(() -> cache.getOrDefault("c", "none"));
            assertThat(later.join()).isEqualTo("none");
            assertThat(random.nextInt(10)).isBetween(0, 9);
        }
    }
}
