//! What must hold between knobs, beyond the range of each.
//!
//! Each law is a function of the resolved values of one arm; the first that is broken is reported, at the setting that
//! broke it.

use overheard_model::ids::{Age, App, Class, Market, Surface};

use crate::knob::read_numbers;
use crate::registry::Registry;
use crate::value::NEVER;
use crate::values::Values;

/// Longest window, in days: what a year with its eve needs, and what day columns are sized for.
pub const LONGEST_WINDOW: i32 = 400;

/// Standing interests of a person.
const STANDING_INTERESTS: usize = 6;

/// How far the age shares of a market may sum away from 1: published tables are rounded.
const ROUNDING: f64 = 0.01;

const AGE_SHARES: [&str; Age::COUNT] = [
    "population.age_13",
    "population.age_18",
    "population.age_25",
    "population.age_35",
    "population.age_45",
    "population.age_55",
    "population.age_65",
];

const APP_SHARES: [&str; App::COUNT] = [
    "apps.facebook_share",
    "apps.instagram_share",
    "apps.whatsapp_share",
    "apps.messenger_share",
];

const ITEM_SHARES: [&str; 4] = [
    "content.friends_share",
    "content.reels_share",
    "content.groups_share",
    "content.pages_share",
];

/// Values that are each allowed but do not go together.
#[derive(Debug)]
pub(crate) struct Conflict {
    pub keys: Vec<&'static str>,
    pub message: String,
    pub hint: String,
}

impl Conflict {
    fn new(keys: &[&'static str], message: String, hint: impl Into<String>) -> Option<Self> {
        Some(Conflict {
            keys: keys.to_vec(),
            message,
            hint: hint.into(),
        })
    }

    /// Places of the knobs involved, in the registry.
    pub fn places(&self) -> Vec<usize> {
        self.keys
            .iter()
            .filter_map(|key| Registry::get().place(key))
            .collect()
    }
}

/// The first law that these values break.
pub(crate) fn first_conflict(values: &Values) -> Option<Conflict> {
    let laws = [window, texts, roll_outs, people, subjects, ads, content];
    laws.iter().find_map(|law| law(values))
}

fn window(values: &Values) -> Option<Conflict> {
    let keys = ["time.start", "time.end"];
    let (start, end) = (values.date(keys[0]), values.date(keys[1]));
    if start == NEVER || end == NEVER {
        let message = "a window needs a first and a last day, not `never`".to_owned();
        return Conflict::new(&keys, message, "days are written 2025-12-01");
    }
    let days = values.day_of(end) + 1;
    if days < 1 {
        let message = format!("the window ends on {end}, before it starts on {start}");
        let hint = "`time.end` is the last simulated day: set it to `time.start` or later";
        return Conflict::new(&keys, message, hint);
    }
    if days > LONGEST_WINDOW {
        let message = format!("the window from {start} to {end} has {days} days");
        let hint = format!("at most {LONGEST_WINDOW} days can be simulated");
        return Conflict::new(&keys, message, hint);
    }
    None
}

/// Texts that have a form of their own.
fn texts(values: &Values) -> Option<Conflict> {
    let key = "interests.standing_weights";
    let hint = format!(
        "write {STANDING_INTERESTS} numbers from strongest to weakest: \"1 0.8 0.65 0.5 0.4 0.3\""
    );
    match read_numbers(values.choice(key)) {
        Err(word) => {
            let word = crate::error::visible(word);
            return Conflict::new(
                &[key],
                format!("`{key}` has `{word}` among its numbers"),
                hint,
            );
        }
        Ok(list) if list.len() != STANDING_INTERESTS || list[0] <= 0.0 => {
            let message =
                format!("`{key}` must be {STANDING_INTERESTS} numbers, the first above 0");
            return Conflict::new(&[key], message, hint);
        }
        Ok(_) => {}
    }
    None
}

/// A market cannot join a policy that is not in force yet.
fn roll_outs(values: &Values) -> Option<Conflict> {
    let keys = ["policy.market_start", "policy.start"];
    let start = values.date(keys[1]);
    let joins = values.dates::<Market>(keys[0]);
    let market = Market::ALL.iter().find(|m| joins[m.index()] < start)?;
    let date = joins[market.index()];
    let message = format!("the policy reaches {market} on {date}, before it starts on {start}");
    Conflict::new(
        &keys,
        message,
        "roll-outs follow `policy.start`; `never` is no roll-out",
    )
}

fn people(values: &Values) -> Option<Conflict> {
    let shares = AGE_SHARES.map(|key| values.per_market(key));
    let tilts = Age::ALL
        .iter()
        .map(|age| values.per_market(&format!("population.assistant_tilt_{}", &age.name()[..2])));
    let tilts: Vec<_> = tilts.collect();
    let [all, users] = ["population.family_people", "population.assistant_users"]
        .map(|key| values.per_market(key));
    let apps = APP_SHARES.map(|key| values.per_market(key));
    for market in Market::ALL {
        let m = market.index();
        let sum: f64 = shares.iter().map(|share| share[m]).sum();
        if (sum - 1.0).abs() > ROUNDING {
            let message = format!("the age shares of {market} sum to {sum:.3}, not to 1");
            return Conflict::new(
                &AGE_SHARES,
                message,
                "change another age of the same market to match",
            );
        }
        if users[m] > all[m] {
            let message = format!(
                "{market} has {} million users of the assistant among {} million people",
                users[m], all[m]
            );
            let keys = ["population.family_people", "population.assistant_users"];
            return Conflict::new(
                &keys,
                message,
                "users of the assistant are a part of all people",
            );
        }
        if shares
            .iter()
            .zip(&tilts)
            .all(|(share, tilt)| share[m] * tilt[m] <= 0.0)
        {
            let message = format!("no age in {market} takes up the assistant");
            return Conflict::new(&AGE_SHARES, message, "one assistant tilt must be above 0");
        }
        if apps.iter().all(|share| share[m] <= 0.0) {
            let message = format!("nobody in {market} uses any app");
            return Conflict::new(
                &APP_SHARES,
                message,
                "people use at least one app: give one a share above 0",
            );
        }
    }
    None
}

/// What chats are about, and where they are held.
fn subjects(values: &Values) -> Option<Conflict> {
    let key = "assistant.surface_share";
    if values
        .array::<Surface, { Surface::COUNT }>(key)
        .iter()
        .sum::<f64>()
        <= 0.0
    {
        let message = format!("every surface of `{key}` is 0");
        return Conflict::new(
            &[key],
            message,
            "chats must be held somewhere: give one a share above 0",
        );
    }
    let [commercial, passing, class, concerned] = [
        "assistant.share_commercial",
        "assistant.share_passing",
        "assistant.share_class",
        "assistant.trait_share",
    ];
    if values.number(passing) > values.number(commercial) {
        let message = format!("`{passing}` is larger than `{commercial}`");
        return Conflict::new(
            &[passing, commercial],
            message,
            "chats on passing intents are a part of the commercial ones",
        );
    }
    let (shares, traits) = (values.per_class(class), values.per_class(concerned));
    if shares[Class::Ordinary.index()] > 0.0 {
        let message = format!("`{class}` has a share for ordinary, which is no sensitive class");
        return Conflict::new(&[class], message, "leave ordinary at 0; it is what remains");
    }
    let sum = shares.iter().sum::<f64>() + values.number(commercial);
    if sum > 1.0 {
        let message =
            format!("sensitive and commercial chats sum to {sum:.3} of all chats, above 1");
        return Conflict::new(&[class, commercial], message, "lower one of the shares");
    }
    let odd = Class::ALL
        .iter()
        .find(|c| shares[c.index()] > 0.0 && traits[c.index()] <= 0.0)?;
    let message = format!("there are chats on {odd}, but it concerns nobody");
    Conflict::new(
        &[class, concerned],
        message,
        format!("give {odd} a share of people in `{concerned}`"),
    )
}

fn ads(values: &Values) -> Option<Conflict> {
    let keys = ["ads.less_personalised_share", "ads.ad_free_share"];
    let [less, free] = keys.map(|key| values.per_market(key));
    let market = Market::ALL
        .iter()
        .find(|m| less[m.index()] + free[m.index()] > 1.0)?;
    let message = format!(
        "the shares of people with less-personalised ads and without ads in {market} sum above 1"
    );
    Conflict::new(&keys, message, "lower one of the two")
}

/// Every app needs something to show.
fn content(values: &Values) -> Option<Conflict> {
    let shares = ITEM_SHARES.map(|key| values.per_app(key));
    if let Some(app) = App::ALL
        .iter()
        .find(|a| shares.iter().all(|s| s[a.index()] <= 0.0))
    {
        let message = format!("no type of item is shown on {app}");
        return Conflict::new(&ITEM_SHARES, message, "give one type a share above 0");
    }
    let key = "signals.behaviour_by_app";
    if values.per_app(key).iter().sum::<f64>() > 0.0 {
        return None;
    }
    Conflict::new(
        &[key],
        format!("every app of `{key}` is 0"),
        "give one app a share above 0",
    )
}
