package com.example.shop.product;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.data.domain.Page;
import org.springframework.data.domain.Pageable;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.query.Param;

/** Products. */
public interface ProductRepository extends JpaRepository<Product, Long> {
    /** Finds by name. */
    Optional<Product> findByNameIgnoreCase(String name);

    /** Searches. */
    @Query("SELECT p FROM Product p WHERE p.name LIKE %:text% AND p.price < :max")
    Page<Product> search(@Param("text") String text, @Param("max") int max, Pageable page);

    /** Expires old ones. */
    @Modifying
    @Query(
            "UPDATE Product p SET p.state = com.example.shop.product.State.OLD "
                    + "WHERE p.changed < :before AND p.state = 'NEW'")
    int expire(@Param("before") Instant before);

    /** Lists ids. */
    @Query(value = """
            SELECT id FROM products
            WHERE state = 'NEW' AND category IN (:categories)
            """, nativeQuery = true)
    List<Long> ids(@Param("categories") List<String> categories);
}
