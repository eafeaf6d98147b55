package com.example.users;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/** Users in a relational database. */
public final class JdbcUserStore implements UserStore {
    private static final String COLUMNS = "id, name, email";
    private static final String BY_ID = "SELECT " + COLUMNS + " FROM users WHERE id = ?";

    private final DataSource source;

    /** Creates the store. */
    public JdbcUserStore(DataSource source) {
        this.source = source;
    }

    @Override
    public Optional<User> find(long id) {
        try (Connection connection = source.getConnection();
                PreparedStatement statement = connection.prepareStatement(BY_ID)) {
            statement.setLong(1, id);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? Optional.of(user(rows)) : Optional.empty();
            }
        } catch (SQLException e) {
            throw new StoreException("cannot select a user from users where id = " + id, e);
        }
    }

    @Override
    public List<User> findAll(List<Long> ids, boolean active) {
        String marks = String.join(", ", Collections.nCopies(ids.size(), "?"));
        StringBuilder sql = new StringBuilder("SELECT " + COLUMNS + " FROM users WHERE id IN (" + marks + ")");
        if (active) {
            sql.append(" AND state = 'active'");
        }
        sql.append(" ORDER BY name LIMIT ").append(ids.size());
        List<User> found = new ArrayList<>();
        try (Connection connection = source.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql.toString())) {
            for (int i = 0; i < ids.size(); i++) {
                statement.setLong(i + 1, ids.get(i));
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(user(rows));
                }
            }
        } catch (SQLException e) {
            throw new StoreException("cannot read users", e);
        }
        return found;
    }

    @Override
    public int insert(List<String> columns, List<Object> values) {
        String marks = "?, ".repeat(values.size() - 1) + "?";
        String sql = String.format("INSERT INTO users (%s) VALUES (%s)", String.join(", ", columns), marks);
        return Statements.update(source, sql, values);
    }

    private static User user(ResultSet rows) throws SQLException {
        return new User(rows.getLong("id"), rows.getString("name"), rows.getString("email"));
    }
}
