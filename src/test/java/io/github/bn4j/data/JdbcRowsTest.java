package io.github.bn4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On a database in memory, H2. */
class JdbcRowsTest {

    private Connection connection;
    private Statement statement;

    @BeforeEach
    void makeATable() throws SQLException {
        connection = DriverManager.getConnection("jdbc:h2:mem:");
        statement = connection.createStatement();
        statement.execute(
                "create table flowers (id bigint, length double, width decimal(6, 3), fresh boolean, petals int,"
                        + " species varchar(20), noted varchar(20))");
        statement.execute("insert into flowers values (1, 1.5, 0.125, true, 5, 'setosa', null),"
                + " (2, -2e3, 12.5, false, 10, 'virginica', 'x'), (3, 4.25, 100, true, 9, 'setosa', 'y')");
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
    }

    private ResultSet query(String sql) throws SQLException {
        return statement.executeQuery(sql);
    }

    @Test
    void takesNumbersAndTruthValuesAsFeaturesAndTextsAsClasses() throws SQLException {
        Dataset data = JdbcRows.of(query("select * from flowers order by id"))
                .label("species")
                .without("id", "noted")
                .read();

        assertThat(data.features().shape()).containsExactly(3, 4);
        assertThat(data.features().data().asFloat())
                .containsExactly(1.5f, 0.125f, 1, 5, -2000, 12.5f, 0, 10, 4.25f, 100, 1, 9);
        assertThat(data.classNames()).containsExactly("setosa", "virginica");
        assertThat(data.labels().data().asFloat()).containsExactly(0, 1, 0);
    }

    @Test
    void sortsNumbersThatNameClassesByValue() throws SQLException {
        Dataset data = JdbcRows.of(query("select length, petals from flowers order by id"))
                .label("petals")
                .read();

        assertThat(data.classNames()).containsExactly("5", "9", "10");
        assertThat(data.labels().data().asFloat()).containsExactly(0, 2, 1);
    }

    @Test
    void takesTargetsAndNothing() throws SQLException {
        Dataset data = JdbcRows.of(query("select width, length as \"aim\" from flowers order by id"))
                .target("Aim")
                .read();
        Dataset bare =
                JdbcRows.of(query("select width from flowers order by id")).read();

        assertThat(data.labels().shape()).containsExactly(3, 1);
        assertThat(data.labels().data().asFloat()).containsExactly(1.5f, -2000, 4.25f);
        assertThat(bare.features().data().asFloat()).containsExactly(0.125f, 12.5f, 100);
        assertThat(bare.targets()).isEmpty();
    }

    @Test
    void numbersClassesAsInAList() throws SQLException {
        JdbcRows rows = JdbcRows.of(query("select length, species from flowers order by id"))
                .label("species");

        assertThat(rows.classNames(List.of("virginica", "setosa"))
                        .read()
                        .labels()
                        .data()
                        .asFloat())
                .containsExactly(1, 0, 1);
        ResultSet again = query("select length, species from flowers order by id");
        assertThatThrownBy(() -> JdbcRows.of(again)
                        .label("species")
                        .classNames(List.of("setosa"))
                        .read())
                .hasMessage("Dataset expects a class out of [setosa] but got \"virginica\" in row 1; name every class");
    }

    @Test
    void leavesTheResultSetOpen() throws SQLException {
        ResultSet rows = query("select width from flowers");
        JdbcRows.of(rows).read();

        assertThat(rows.isClosed()).isFalse();
    }

    @Test
    void namesTheColumnAndTheRow() throws SQLException {
        ResultSet texts = query("select length, species from flowers order by id");
        assertThatThrownBy(() -> JdbcRows.of(texts).read())
                .isInstanceOf(DataException.class)
                .hasMessage(
                        "JdbcRows expects a number that float32 holds in column \"SPECIES\" but got String \"setosa\" in"
                                + " row 1; leave it out by without(\"SPECIES\"), or make it a number in the query");
        ResultSet gaps =
                query("select length, case when id = 2 then null else width end as w from flowers order by id");
        assertThatThrownBy(() -> JdbcRows.of(gaps).read())
                .hasMessage("JdbcRows expects a value in column \"W\" but got null in row 2; fill it by COALESCE in the"
                        + " query, or leave such rows out by WHERE");
        ResultSet other = query("select length from flowers");
        assertThatThrownBy(() -> JdbcRows.of(other).label("kind").read())
                .hasMessage(
                        "JdbcRows expects one column \"kind\" but got none of that name in [LENGTH]; name one of them,"
                                + " and each differently by AS");
        ResultSet twice = query("select length, width as length from flowers");
        assertThatThrownBy(() -> JdbcRows.of(twice).target("length").read())
                .hasMessageContaining("but got 2 of that name in [LENGTH, LENGTH];");
        ResultSet only = query("select length from flowers");
        assertThatThrownBy(() -> JdbcRows.of(only).target("length").read())
                .hasMessage("JdbcRows expects at least one column of features but got only [LENGTH]");
        assertThatThrownBy(() ->
                        JdbcRows.of(only).target("length").without("length").read())
                .hasMessage(
                        "JdbcRows expects column \"length\" to be predicted or left out but got both; leave one out");
        assertThatThrownBy(() -> JdbcRows.of(only).classNames(List.of("a")).read())
                .hasMessage("JdbcRows.classNames expects a column of labels but got none; call label(…)");
        ResultSet none = query("select length from flowers where id > 9");
        assertThatThrownBy(() -> JdbcRows.of(none).read())
                .hasMessage("JdbcRows expects at least one row but got none; look at the query");
    }

    @Test
    void saysWhatTheDatabaseSays() throws SQLException {
        ResultSet closed = query("select width from flowers");
        closed.close();

        assertThatThrownBy(() -> JdbcRows.of(closed).read())
                .isInstanceOf(DataException.class)
                .hasCauseInstanceOf(SQLException.class)
                .hasMessageStartingWith("JdbcRows expects a result set to read but got ")
                .hasMessageEndingWith("; look at the query");
    }

    @Test
    void printsItsSettings() throws SQLException {
        assertThat(JdbcRows.of(query("select * from flowers")).label("species").without("id"))
                .hasToString("JdbcRows[label species without [id]]");
    }
}
