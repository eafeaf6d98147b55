package com.example.shop.web;

import com.example.shop.order.Order;
import com.example.shop.order.OrderService;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Positive;
import java.net.URI;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Orders over HTTP. */
@RestController
@RequestMapping("/orders")
public class OrderController {
    private static final Logger log = LoggerFactory.getLogger(OrderController.class);

    private final OrderService orders;

    /** Creates the controller. */
    public OrderController(OrderService orders) {
        this.orders = orders;
    }

    /** What a client sends. */
    public record NewOrder(@NotBlank String product, @Positive int amount) {}

    /** Lists the orders of one customer. */
    @GetMapping
    public List<Order> list(@RequestParam String customer, @RequestParam(defaultValue = "0") int page) {
        return orders.ofCustomer(customer, page);
    }

    /** Shows one order. */
    @GetMapping("/{id}")
    public ResponseEntity<Order> show(@PathVariable long id) {
        return orders.find(id).map(ResponseEntity::ok).orElseGet(() -> ResponseEntity.notFound().build());
    }

    /** Places an order. */
    @PostMapping
    public ResponseEntity<Order> place(@Valid @RequestBody NewOrder order) {
        Order placed = orders.place(order.product(), order.amount());
        log.info("Insert into queue: id=" + placed.id());
        return ResponseEntity.created(URI.create("/orders/" + placed.id())).body(placed);
    }

    /** Cancels an order. */
    @DeleteMapping("/{id}")
    public ResponseEntity<Void> cancel(@PathVariable long id) {
        log.info("Delete from cache: key=" + id);
        orders.cancel(id);
        return ResponseEntity.noContent().build();
    }
}
