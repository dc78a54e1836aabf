//! Resolved values of every knob, by key and type.

use jiff::civil::Date;
use overheard_model::calendar::{Day, NEVER as NEVER_DAY};
use overheard_model::cut::Cut;
use overheard_model::ids::{Age, App, Class, Market, Surface};

use crate::knob::{Knob, read_numbers};
use crate::registry::Registry;
use crate::value::{NEVER, Scalar, Value};
use crate::vocabulary::Member;

/// A value for every knob of the registry, already checked: kinds, ranges and what goes together.
///
/// # Panics
/// Every getter panics on a key that is not in `knobs.csv`, or that is of another kind or vocabulary than the getter
/// reads. That is a fault of the program, never of a scenario: keys in code are literals.
#[derive(Clone, Debug, PartialEq)]
pub struct Values {
    pub(crate) list: Vec<Value>,
}

impl Values {
    /// Every knob at its default.
    pub(crate) fn defaults() -> Self {
        Values {
            list: Registry::get()
                .knobs()
                .iter()
                .map(|k| k.default.clone())
                .collect(),
        }
    }

    /// Every knob with its value, sorted by key.
    pub fn iter(&self) -> impl Iterator<Item = (&'static Knob, &Value)> {
        Registry::get().knobs().iter().zip(&self.list)
    }

    /// The value of any kind.
    pub fn value(&self, key: &str) -> &Value {
        match Registry::get().place(key) {
            Some(place) => &self.list[place],
            None => panic!("`{key}` is not declared in knobs.csv"),
        }
    }

    fn one(&self, key: &str) -> &Scalar {
        match self.value(key) {
            Value::One(scalar) => scalar,
            Value::Table(_) => panic!("`{key}` is a table: read it per member"),
        }
    }

    /// A number, or a whole number as one, in the knob's unit.
    pub fn number(&self, key: &str) -> f64 {
        as_number(key, self.one(key))
    }

    /// A whole number in the knob's unit.
    pub fn integer(&self, key: &str) -> i64 {
        match self.one(key) {
            Scalar::Integer(i) => *i,
            other => wrong(key, "integer", other),
        }
    }

    /// True or false.
    pub fn flag(&self, key: &str) -> bool {
        as_flag(key, self.one(key))
    }

    /// A date; [`NEVER`] for what does not happen.
    pub fn date(&self, key: &str) -> Date {
        as_date(key, self.one(key))
    }

    /// A date as days since `time.start`, negative before it; `never` gives [`overheard_model::calendar::NEVER`].
    pub fn day(&self, key: &str) -> Day {
        self.day_of(self.date(key))
    }

    /// The days from `time.start` to `date`.
    pub fn day_of(&self, date: Date) -> Day {
        if date == NEVER {
            return NEVER_DAY;
        }
        let days = self.date("time.start").duration_until(date).as_hours() / 24;
        // Two dates of the calendar are less than 8 million days apart.
        days as Day
    }

    /// The option taken, or a free text.
    pub fn choice(&self, key: &str) -> &str {
        as_text(key, self.one(key))
    }

    /// A text of numbers between spaces, in the knob's unit.
    pub fn numbers(&self, key: &str) -> Vec<f64> {
        let text = self.choice(key);
        // Scenarios with other texts here were refused when they were checked.
        read_numbers(text).unwrap_or_else(|word| panic!("`{key}` has `{word}` among its numbers"))
    }

    /// Markets in vocabulary order.
    pub fn markets(&self, key: &str) -> &[Market] {
        match self.one(key) {
            Scalar::Markets(list) => list,
            other => wrong(key, "markets", other),
        }
    }

    /// Cuts in their own order.
    pub fn cuts(&self, key: &str) -> &[Cut] {
        match self.one(key) {
            Scalar::Cuts(list) => list,
            other => wrong(key, "cuts", other),
        }
    }

    /// A table of numbers, in the order of `V`.
    pub fn table<V: Member>(&self, key: &str) -> Vec<f64> {
        self.members::<V>(key)
            .iter()
            .map(|s| as_number(key, s))
            .collect()
    }

    /// A table of flags, in the order of `V`.
    pub fn flags<V: Member>(&self, key: &str) -> Vec<bool> {
        self.members::<V>(key)
            .iter()
            .map(|s| as_flag(key, s))
            .collect()
    }

    /// A table of dates, in the order of `V`.
    pub fn dates<V: Member>(&self, key: &str) -> Vec<Date> {
        self.members::<V>(key)
            .iter()
            .map(|s| as_date(key, s))
            .collect()
    }

    /// A table of dates as days since `time.start`, in the order of `V`.
    pub fn days<V: Member>(&self, key: &str) -> Vec<Day> {
        self.dates::<V>(key)
            .into_iter()
            .map(|date| self.day_of(date))
            .collect()
    }

    /// One number per market.
    pub fn per_market(&self, key: &str) -> [f64; Market::COUNT] {
        self.array::<Market, { Market::COUNT }>(key)
    }

    /// One number per age band.
    pub fn per_age(&self, key: &str) -> [f64; Age::COUNT] {
        self.array::<Age, { Age::COUNT }>(key)
    }

    /// One number per app with a feed.
    pub fn per_app(&self, key: &str) -> [f64; App::COUNT] {
        self.array::<App, { App::COUNT }>(key)
    }

    /// Share of each market's people who use each app.
    pub fn app_shares(&self) -> [[f64; Market::COUNT]; App::COUNT] {
        app_share_keys().map(|key| self.per_market(key))
    }

    /// One number per chat surface.
    pub fn per_surface(&self, key: &str) -> [f64; Surface::COUNT] {
        self.array::<Surface, { Surface::COUNT }>(key)
    }

    /// One number per subject class.
    pub fn per_class(&self, key: &str) -> [f64; Class::COUNT] {
        self.array::<Class, { Class::COUNT }>(key)
    }

    /// A table of numbers as an array of the vocabulary's length.
    pub fn array<V: Member, const N: usize>(&self, key: &str) -> [f64; N] {
        let members = self.members::<V>(key);
        assert_eq!(
            members.len(),
            N,
            "`{key}` has {} members, not {N}",
            members.len()
        );
        std::array::from_fn(|i| as_number(key, &members[i]))
    }

    fn members<V: Member>(&self, key: &str) -> &[Scalar] {
        let per = Registry::get().find(key).and_then(|k| k.per);
        match self.value(key) {
            Value::Table(list) if per == Some(V::VOCABULARY) => list,
            _ => panic!("`{key}` is not declared per {}", V::VOCABULARY.name()),
        }
    }
}

/// The knob of each app that says who uses it: `apps.NAME_share`.
pub(crate) fn app_share_keys() -> [&'static str; App::COUNT] {
    std::array::from_fn(|app| {
        let key = format!("apps.{}_share", App::NAMES[app]);
        match Registry::get().find(&key) {
            Some(knob) => knob.key.as_str(),
            None => panic!("`{key}` is not declared in knobs.csv"),
        }
    })
}

fn as_number(key: &str, scalar: &Scalar) -> f64 {
    match scalar {
        Scalar::Number(x) => *x,
        Scalar::Integer(i) => *i as f64,
        other => wrong(key, "number", other),
    }
}

fn as_flag(key: &str, scalar: &Scalar) -> bool {
    match scalar {
        Scalar::Flag(b) => *b,
        other => wrong(key, "bool", other),
    }
}

fn as_date(key: &str, scalar: &Scalar) -> Date {
    match scalar {
        Scalar::Date(d) => *d,
        other => wrong(key, "date", other),
    }
}

fn as_text<'a>(key: &str, scalar: &'a Scalar) -> &'a str {
    match scalar {
        Scalar::Text(s) => s,
        other => wrong(key, "choice or text", other),
    }
}

fn wrong(key: &str, kind: &str, found: &Scalar) -> ! {
    panic!("`{key}` is read as {kind} but declared otherwise in knobs.csv: {found:?}")
}
