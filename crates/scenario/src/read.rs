//! From one TOML value to one value of a knob, or a complaint that says what was expected.

use std::ops::Range;
use std::sync::Arc;

use overheard_model::cut::{By, Cut};
use overheard_model::ids::Market;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use crate::error::{Complaint, Faults, Source, visible};
use crate::knob::{Kind, Knob, Outside, in_order, read_cuts, read_markets};
use crate::nearest::{nearest_of, suggestion};
use crate::syntax::percent;
use crate::value::Scalar;
use crate::vocabulary::Vocabulary;

/// What was typed for a knob.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Typed {
    /// One value: for the knob, or for every member of its table.
    All(Scalar),
    /// Values of some members, by their place, and where each was typed.
    Members(Vec<(usize, Scalar, Range<usize>)>),
}

/// Collects complaints about one text.
#[derive(Debug)]
pub(crate) struct Reader {
    pub source: Arc<Source>,
    pub faults: Faults,
}

impl Reader {
    /// A reader without complaints.
    pub fn new(source: &Arc<Source>) -> Self {
        Reader {
            source: Arc::clone(source),
            faults: Faults::none(),
        }
    }

    /// Notes a fault. An empty hint is none.
    pub fn complain(
        &mut self,
        span: Range<usize>,
        message: impl Into<String>,
        label: impl Into<String>,
        hint: impl Into<String>,
    ) {
        let hint: String = hint.into();
        self.faults.complaints.push(Complaint {
            source: Arc::clone(&self.source),
            span: Some(span),
            message: message.into(),
            label: label.into(),
            hint: (!hint.is_empty()).then_some(hint),
        });
    }

    /// Reads what stands at a knob's key: one value, or a table of members if the knob has any.
    pub fn typed(&mut self, knob: &Knob, value: &Spanned<DeValue<'_>>) -> Option<Typed> {
        match (knob.per, value.get_ref()) {
            (Some(vocabulary), DeValue::Table(table)) => self.members(knob, vocabulary, table),
            _ => self.scalar(knob, value).map(Typed::All),
        }
    }

    fn members(
        &mut self,
        knob: &Knob,
        vocabulary: Vocabulary,
        table: &DeTable<'_>,
    ) -> Option<Typed> {
        let mut found = Vec::new();
        for (name, value) in table {
            let Some(place) = vocabulary.place_of(name.get_ref()) else {
                let names = vocabulary.members();
                let near = nearest_of(name.get_ref(), names.iter().copied());
                let hint = suggestion(&near, &format!("known: {}", names.join(", ")));
                let message = format!("`{}` is no {}", visible(name.get_ref()), vocabulary.name());
                self.complain(name.span(), message, format!("in `{knob}`"), hint);
                continue;
            };
            let scalar = self.scalar(knob, value);
            found.extend(scalar.map(|scalar| (place, scalar, name.span())));
        }
        Some(Typed::Members(found))
    }

    /// Reads one value and checks its range.
    pub fn scalar(&mut self, knob: &Knob, value: &Spanned<DeValue<'_>>) -> Option<Scalar> {
        let span = value.span();
        let scalar = match (&knob.kind, value.get_ref()) {
            (Kind::Number, DeValue::Integer(i)) => {
                // Above 2^53 a float cannot tell neighbours apart, but no knob lives there.
                i64::from_str_radix(i.as_str(), i.radix())
                    .ok()
                    .map(|i| Scalar::Number(i as f64))
            }
            (Kind::Number, DeValue::Float(x)) => {
                let Some(number) = knob.kind.read_text(x.as_str()) else {
                    let message = format!("`{knob}` must be a finite number");
                    self.complain(span, message, "not finite", expectation(knob));
                    return None;
                };
                Some(number)
            }
            (Kind::Integer, DeValue::Integer(i)) => i64::from_str_radix(i.as_str(), i.radix())
                .ok()
                .map(Scalar::Integer),
            (Kind::Flag, DeValue::Boolean(b)) => Some(Scalar::Flag(*b)),
            (Kind::Date, DeValue::Datetime(d)) if d.time.is_none() && d.offset.is_none() => {
                knob.kind.read_text(&d.to_string())
            }
            (Kind::Date, DeValue::String(s)) => return self.dated(knob, s, span),
            (Kind::Choice(options), DeValue::String(s)) => {
                return self.chosen(knob, options, s, span);
            }
            (Kind::Markets, DeValue::Array(list)) => return self.markets(knob, list),
            (Kind::Markets, DeValue::String(s)) => return self.market_words(knob, s, span),
            (Kind::Cuts, DeValue::Array(list)) => return self.cuts(knob, list),
            (Kind::Cuts, DeValue::String(s)) => return self.cut_words(s, span),
            (Kind::Text, DeValue::String(s)) => Some(Scalar::Text(s.to_string())),
            _ => None,
        };
        match scalar {
            Some(scalar) => self.within(knob, scalar, span),
            None => {
                let message = format!("`{knob}` must be {}", knob.expected());
                let meant = match value.get_ref() {
                    DeValue::String(word) => meant(knob, word),
                    _ => None,
                };
                let hint = meant.unwrap_or_else(|| self.example(knob));
                self.complain(span, message, describe(value.get_ref()), hint);
                None
            }
        }
    }

    /// A line that could be typed instead, as it is typed there.
    fn example(&self, knob: &Knob) -> String {
        let list = matches!(knob.kind, Kind::Markets | Kind::Cuts);
        match (&knob.kind, knob.default.uniform()) {
            (Kind::Flag, _) => format!("write {knob} = true or {knob} = false"),
            // A shell takes quotes and brackets for its own.
            (_, Some(default)) if list && self.source.is_option() => {
                let words = match default {
                    Scalar::Markets(list) if !list.is_empty() => {
                        default.to_string().replace(' ', ",")
                    }
                    _ => "market*topic,day*age".to_owned(),
                };
                format!("as in {} {knob}={words}", self.source.name)
            }
            _ => format!("as in {}", knob.example()),
        }
    }

    fn within(&mut self, knob: &Knob, scalar: Scalar, span: Range<usize>) -> Option<Scalar> {
        let (word, bound) = match knob.outside(&scalar) {
            None => return Some(scalar),
            Some(Outside::Below) => ("below the smallest", &knob.min),
            Some(Outside::Above) => ("above the largest", &knob.max),
        };
        let bound = bound.as_ref().map_or_else(String::new, Scalar::to_string);
        let message = format!("`{knob}` is {scalar}, {word} value allowed, {bound}");
        let hint = match scalar {
            Scalar::Number(x) if x > 1.0 && x <= 100.0 && bound == "1" => {
                format!("for {x} percent write {}", Scalar::Number(x / 100.0))
            }
            _ => expectation(knob),
        };
        self.complain(span, message, knob.range(), hint);
        None
    }

    fn dated(&mut self, knob: &Knob, text: &str, span: Range<usize>) -> Option<Scalar> {
        match knob.kind.read_text(text) {
            Some(date) => self.within(knob, date, span),
            None => {
                let message = format!("`{knob}`: there is no day \"{}\"", visible(text));
                let hint = format!("days are written as in {}", knob.example());
                self.complain(span, message, "not a day of the calendar", hint);
                None
            }
        }
    }

    fn chosen(
        &mut self,
        knob: &Knob,
        options: &[String],
        s: &str,
        span: Range<usize>,
    ) -> Option<Scalar> {
        let found = knob.kind.read_text(s);
        if found.is_none() {
            let near = nearest_of(s, options.iter().map(String::as_str));
            let message = format!("`{knob}` cannot be \"{}\"", visible(s));
            let hint = suggestion(&near, &format!("known: {}", options.join(", ")));
            self.complain(span, message, "not one of the options", hint);
        }
        found
    }

    fn markets(&mut self, knob: &Knob, list: &DeArray<'_>) -> Option<Scalar> {
        let mut found = Vec::new();
        for item in list.iter() {
            match item.get_ref() {
                DeValue::String(name) => match Market::from_name(name) {
                    Some(market) => found.push(market),
                    None => self.no_market(name, item.span()),
                },
                other => {
                    let message = format!("`{knob}` must be a list of market names in quotes");
                    let hint = self.example(knob);
                    self.complain(item.span(), message, describe(other), hint);
                }
            }
        }
        Some(Scalar::Markets(in_order(found)))
    }

    fn market_words(&mut self, knob: &Knob, text: &str, span: Range<usize>) -> Option<Scalar> {
        match read_markets(text) {
            Ok(list) => self.within(knob, Scalar::Markets(list), span),
            Err(name) => {
                self.no_market(name, span);
                None
            }
        }
    }

    fn cuts(&mut self, knob: &Knob, list: &DeArray<'_>) -> Option<Scalar> {
        let mut found = Vec::new();
        for item in list.iter() {
            match item.get_ref() {
                DeValue::String(text) => match Cut::parse(text) {
                    Ok(cut) => found.extend(self.counted(cut, item.span())),
                    Err(part) => self.no_cut(text, part, item.span()),
                },
                other => {
                    let message = format!("`{knob}` must be a list of cuts in quotes");
                    let hint = self.example(knob);
                    self.complain(item.span(), message, describe(other), hint);
                }
            }
        }
        Some(Scalar::Cuts(in_order(found)))
    }

    fn cut_words(&mut self, text: &str, span: Range<usize>) -> Option<Scalar> {
        match read_cuts(text) {
            Ok(list) => {
                let counted = list.into_iter().map(|cut| self.counted(cut, span.clone()));
                counted.collect::<Option<_>>().map(Scalar::Cuts)
            }
            Err((cut, part)) => {
                self.no_cut(cut, part, span);
                None
            }
        }
    }

    /// The cut, if some table has it.
    fn counted(&mut self, cut: Cut, span: Range<usize>) -> Option<Cut> {
        if cut.is_counted() {
            return Some(cut);
        }
        let message =
            format!("`{cut}` is not counted: a tally of topics has neither days nor apps");
        let hint =
            "topics can be cut by people: \"market*topic\", \"age*topic\", \"market*age*topic\"";
        self.complain(span, message, "held by no table", hint);
        None
    }

    fn no_cut(&mut self, cut: &str, part: &str, span: Range<usize>) {
        let names = By::names();
        let near = nearest_of(part, names.iter().copied());
        let known = format!(
            "dimensions: {}; join them with *, as in \"market*topic\"",
            names.join(", ")
        );
        let message = match cut == part {
            true => format!("\"{}\" is no cut", visible(cut)),
            false => format!(
                "\"{}\" is no cut: there is no dimension `{}`",
                visible(cut),
                visible(part)
            ),
        };
        self.complain(span, message, "not a cut", suggestion(&near, &known));
    }

    fn no_market(&mut self, name: &str, span: Range<usize>) {
        let names = Market::names();
        let near = nearest_of(name, names.iter().copied());
        let hint = suggestion(&near, &format!("known: {}", names.join(", ")));
        self.complain(
            span,
            format!("`{}` is no market", visible(name)),
            "unknown market",
            hint,
        );
    }
}

fn expectation(knob: &Knob) -> String {
    format!("expected {}, as in {}", knob.expected(), knob.example())
}

/// What a word was meant to be where a number or a truth belongs: `25%`, `0,25`, `"14"`, `yes`.
fn meant(knob: &Knob, word: &str) -> Option<String> {
    let word = word.trim();
    match knob.kind {
        Kind::Number | Kind::Integer => {
            let plain = match (percent(word), knob.unit.as_str()) {
                (Some(percent), "percent") => Scalar::Number(percent),
                (Some(percent), _) => Scalar::Number(percent / 100.0),
                (None, _) => knob.kind.read_text(&word.replacen(',', ".", 1))?,
            };
            if knob.outside(&plain).is_some() {
                return None;
            }
            Some(format!(
                "for {} write {knob} = {plain}, without quotes or a unit",
                visible(word)
            ))
        }
        Kind::Flag => {
            let flag = match word.to_lowercase().as_str() {
                "yes" | "y" | "on" | "1" | "true" => true,
                "no" | "n" | "off" | "0" | "false" => false,
                _ => return None,
            };
            Some(format!(
                "for {} write {knob} = {flag}; the other is {knob} = {}",
                visible(word),
                !flag
            ))
        }
        _ => None,
    }
}

/// What kind of TOML value somebody typed, for the words beside the caret.
pub(crate) fn describe(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "this is a text in quotes",
        DeValue::Integer(_) => "this is a whole number",
        DeValue::Float(_) => "this is a number with a fraction",
        DeValue::Boolean(_) => "this is true or false",
        DeValue::Datetime(d) if d.time.is_some() => "this has a time of day",
        DeValue::Datetime(_) => "this is a date",
        DeValue::Array(_) => "this is a list",
        DeValue::Table(_) => "this is a table",
    }
}
