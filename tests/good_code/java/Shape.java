package com.example.shapes;

import java.util.Objects;

/** A flat shape. */
public sealed interface Shape permits Shape.Circle, Shape.Square, Shape.Named {
    /** A circle. */
    record Circle(double radius) implements Shape {
        /** Checks the radius. */
        public Circle {
            if (radius <= 0) {
                throw new IllegalArgumentException("radius must be positive, got " + radius);
            }
        }
    }

    /** A square. */
    record Square(double side) implements Shape {}

    /** A shape with a name. */
    final class Named implements Shape {
        private final String name;
        private final Shape shape;

        /** Creates one. */
        public Named(String name, Shape shape) {
            this.name = Objects.requireNonNull(name, "name");
            this.shape = Objects.requireNonNull(shape, "shape");
        }

        @Override
        public boolean equals(Object o) {
            return o instanceof Named other && name.equals(other.name) && shape.equals(other.shape);
        }

        @Override
        public int hashCode() {
            return Objects.hash(name, shape);
        }

        @Override
        public String toString() {
            return "Named[" + name + ", " + shape + "]";
        }
    }

    /** Computes the area. */
    static double area(Shape shape) {
        return switch (shape) {
            case Circle c -> Math.PI * c.radius() * c.radius();
            case Square s -> s.side() * s.side();
            case Named n -> area(n.shape);
        };
    }
}
