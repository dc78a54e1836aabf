//! `data/topics.csv`: what chats and interests are about, one row per topic.

use std::sync::LazyLock;

use overheard_formats::{DataError, DataRow, DataTable};
use overheard_model::auction::PLACES;
use overheard_model::ids::{AdKind, Age, Class, Vulnerability};
use overheard_model::topics::{CategoryId, NO_TOPIC, Taxonomy, Topic, TopicId};

/// The text of the built-in table.
pub const TOPICS_CSV: &str = include_str!("../../../data/topics.csv");

const FILE: &str = "data/topics.csv";

/// Each has a budget of every kind of advertiser, and an auction names budgets by a byte.
const MOST_CATEGORIES: usize = PLACES / AdKind::COUNT;

static BUILT_IN: LazyLock<Parsed> = LazyLock::new(|| {
    #[expect(
        clippy::expect_used,
        reason = "the file is compiled in, and a test parses it: this build would not have passed"
    )]
    parse(TOPICS_CSV).expect("the built-in topics.csv is sound")
});

/// A parsed table: the taxonomy of the model, and what only people read.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    /// Topics and categories in file order; a topic's name is the `id` column, stable and used in tables.
    pub taxonomy: Taxonomy,
    /// The `name` column: titles for reports, in the order of the topics.
    pub titles: Vec<String>,
}

/// The built-in topics and categories.
pub fn taxonomy() -> &'static Taxonomy {
    &BUILT_IN.taxonomy
}

/// Titles of the built-in topics for people to read, in the order of [`taxonomy`].
pub fn topic_titles() -> &'static [String] {
    &BUILT_IN.titles
}

/// Parses the text of a `topics.csv`. Columns are found by name and may stand in any order.
///
/// # Errors
/// The first line with a missing or malformed cell, a repeated id, a weight that is negative or not finite, or a
/// neighbour that does not exist, is the topic itself, or is sensitive (a leak leads to ordinary topics only).
pub fn parse(text: &str) -> Result<Parsed, DataError> {
    let table = DataTable::parse(FILE, text)?;
    let mut parsed = Parsed {
        taxonomy: Taxonomy::default(),
        titles: Vec::new(),
    };
    let mut pending = Vec::new();
    for row in table.rows() {
        let row = row?;
        let category = row.filled("category")?;
        let category = match parsed
            .taxonomy
            .categories
            .iter()
            .position(|c| *c == category)
        {
            Some(known) => known,
            None if parsed.taxonomy.categories.len() == MOST_CATEGORIES => {
                return Err(row.fault(format!(
                    "there is room for {MOST_CATEGORIES} categories only"
                )));
            }
            None => {
                parsed.taxonomy.categories.push(category.to_owned());
                parsed.taxonomy.categories.len() - 1
            }
        };
        let topic = topic(row, category as CategoryId)?;
        if parsed.taxonomy.find(&topic.name).is_some() {
            return Err(row.fault(format!("the id `{}` is taken", topic.name)));
        }
        if parsed.taxonomy.topics.len() == usize::from(NO_TOPIC) {
            return Err(row.fault(format!("there is room for {NO_TOPIC} topics only")));
        }
        pending.push((row.line(), row.text("neighbours")?.to_owned()));
        parsed.titles.push(row.filled("name")?.to_owned());
        parsed.taxonomy.topics.push(topic);
    }
    // Neighbours may be declared further down, so they are looked up once all rows are known.
    for (place, (line, list)) in pending.into_iter().enumerate() {
        parsed.taxonomy.topics[place].neighbours = neighbours(&parsed.taxonomy, place, &list)
            .map_err(|message| table.fault(line, message))?;
    }
    Ok(parsed)
}

/// `id:weight` between spaces; weights are relative.
fn neighbours(all: &Taxonomy, of: usize, list: &str) -> Result<Vec<(TopicId, f64)>, String> {
    let mut found: Vec<(TopicId, f64)> = Vec::new();
    for item in list.split_whitespace() {
        let (id, weight) = item
            .rsplit_once(':')
            .ok_or_else(|| format!("`{item}` is not topic-id:weight"))?;
        let place = all
            .find(id)
            .ok_or_else(|| format!("the neighbour `{id}` is no topic"))?;
        let weight =
            positive(weight).ok_or_else(|| format!("`{item}`: the weight must be above 0"))?;
        if usize::from(place) == of || all.topic(place).class != Class::Ordinary {
            return Err(format!(
                "the neighbour `{id}` must be another, ordinary topic"
            ));
        }
        if found.iter().any(|(p, _)| *p == place) {
            return Err(format!("the neighbour `{id}` is listed twice"));
        }
        found.push((place, weight));
    }
    Ok(found)
}

fn not_negative(text: &str) -> Option<f64> {
    text.parse()
        .ok()
        .filter(|x: &f64| x.is_finite() && *x >= 0.0)
}

fn positive(text: &str) -> Option<f64> {
    not_negative(text).filter(|x| *x > 0.0)
}

fn weight(row: DataRow<'_>, column: &str) -> Result<f64, DataError> {
    let text = row.text(column)?;
    not_negative(text)
        .ok_or_else(|| row.fault(format!("{column}: `{text}` is no number of 0 or more")))
}

fn topic(row: DataRow<'_>, category: CategoryId) -> Result<Topic, DataError> {
    let wrong = |column: &str, text: &str| row.fault(format!("`{text}` is no {column}"));
    let mut prevalence = [0.0; Age::COUNT];
    for age in Age::ALL {
        // The columns are named after the youngest year of each band.
        prevalence[age.index()] = weight(row, &format!("prevalence_{}", &age.name()[..2]))?;
    }
    let (vulnerability, class) = (row.text("vulnerability")?, row.text("class")?);
    Ok(Topic {
        name: row.filled("id")?.to_owned(),
        category,
        ad_value: weight(row, "ad_value")?,
        prevalence,
        intent: weight(row, "intent")?,
        vulnerability: Vulnerability::from_name(vulnerability)
            .ok_or_else(|| wrong("vulnerability", vulnerability))?,
        class: Class::from_name(class).ok_or_else(|| wrong("class", class))?,
        neighbours: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_table_has_the_size_and_classes_promised() {
        let parsed = parse(TOPICS_CSV).unwrap();
        assert!(parsed.taxonomy.topics.len() >= 120);
        assert!(parsed.taxonomy.categories.len() >= 25);
        for class in Class::ALL {
            assert!(
                !parsed.taxonomy.of_class(*class).is_empty(),
                "no topic of class {class}"
            );
        }
        for vulnerability in Vulnerability::ALL {
            assert!(
                parsed
                    .taxonomy
                    .topics
                    .iter()
                    .any(|t| t.vulnerability == *vulnerability)
            );
        }
        for topic in &parsed.taxonomy.topics {
            assert!(
                !topic.neighbours.is_empty(),
                "{} has no neighbour to leak to",
                topic.name
            );
        }
    }

    #[test]
    fn faults_name_file_and_line() {
        let head = "id,name,category,ad_value,prevalence_13,prevalence_18,prevalence_25,prevalence_35,\
                    prevalence_45,prevalence_55,prevalence_65,vulnerability,class,neighbours,intent\n";
        let check = |rows: &str, expected: &str| {
            let error = parse(&format!("{head}{rows}")).unwrap_err();
            assert_eq!(error.to_string(), expected);
        };
        let a = "a,A,c,1,1,1,1,1,1,1,1,none,ordinary,,0\n";
        check(&format!("{a}{a}"), "data/topics.csv:3: the id `a` is taken");
        check(
            "a,A,c,1,1,1,1,1,1,1,-1,none,ordinary,,0\n",
            "data/topics.csv:2: prevalence_65: `-1` is no number of 0 or more",
        );
        check(
            "a,A,c,1,1,1,1,1,1,1,1,none,odd,,0\n",
            "data/topics.csv:2: `odd` is no class",
        );
        check(
            "a,A,c,1,1,1,1,1,1,1,1,none,ordinary,b:1,0\n",
            "data/topics.csv:2: the neighbour `b` is no topic",
        );
        check(
            "a,A,c,1,1,1,1,1,1,1,1,none,ordinary,a:1,0\n",
            "data/topics.csv:2: the neighbour `a` must be another, ordinary topic",
        );
        let many = |n| (0..n).map(|i| format!("t{i},T,c{i},1,1,1,1,1,1,1,1,none,ordinary,,0\n"));
        assert!(parse(&format!("{head}{}", many(85).collect::<String>())).is_ok());
        check(
            &many(86).collect::<String>(),
            "data/topics.csv:87: there is room for 85 categories only",
        );
        let short = parse(&format!("{head}a,A\n")).unwrap_err().to_string();
        assert!(
            short.starts_with("data/topics.csv:2: ") && short.contains("2 fields"),
            "{short}"
        );
    }
}
