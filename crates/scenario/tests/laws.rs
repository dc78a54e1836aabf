//! Laws of scenarios: what overrides what, what survives writing and reading, and that no bytes can crash it.

#![expect(clippy::unwrap_used, reason = "tests")]

use jiff::civil::date;
use overheard_model::ids::{App, Market};
use overheard_scenario::{Kind, Knob, NEVER, Registry, Scalar, Scenario, ScenarioFile, Scope};
use proptest::prelude::*;

fn scenario(text: &str, overrides: &[&str]) -> Scenario {
    let file = ScenarioFile::parse("dir/My question.toml", text.as_bytes());
    file.and_then(|f| f.scenario(overrides))
        .unwrap_or_else(|e| panic!("{text}\n{e}"))
}

#[test]
fn every_key_is_optional() {
    let read = scenario("# nothing but this comment", &[]);
    assert_eq!(read.name, "my-question");
    assert_eq!(read.world, Scenario::defaults().world);
    assert_eq!(read.arms.len(), 1);
    assert_eq!(read.base().name, "base");
    assert_eq!(read.base().values, read.world);
}

#[test]
fn defaults_lie_under_file_under_arm_under_set() {
    let text = "[signals]\nhalf_life_chat = 10\n[[arm]]\nname = \"a\"\n\
                [[arm]]\nname = \"b\"\nsignals.half_life_chat = 20\n";
    let of = |overrides: &[&str]| {
        let s = scenario(text, overrides);
        let key = "signals.half_life_chat";
        (
            s.world.number(key),
            s.arms[0].values.number(key),
            s.arms[1].values.number(key),
        )
    };
    assert_eq!(of(&[]), (10.0, 10.0, 20.0));
    assert_eq!(of(&["signals.half_life_chat=30"]), (30.0, 30.0, 30.0));
    assert_eq!(of(&["b:signals.half_life_chat=30"]), (10.0, 10.0, 30.0));
    assert_eq!(
        of(&["a:signals.half_life_chat=4", "signals.half_life_chat=5"]),
        (5.0, 5.0, 5.0)
    );
    assert_eq!(
        of(&["signals.half_life_chat=5", "a:signals.half_life_chat=4"]),
        (5.0, 4.0, 5.0)
    );
}

#[test]
fn a_table_takes_one_value_for_all_or_some_members() {
    let all = scenario("[apps]\nopen_rate = 0.5\n", &[])
        .world
        .per_app("apps.open_rate");
    assert_eq!(all, [0.5; App::COUNT]);
    let defaults = Scenario::defaults().world.per_app("apps.open_rate");
    let some = scenario("[apps.open_rate]\nwhatsapp = 0.5\n", &[])
        .world
        .per_app("apps.open_rate");
    for app in App::ALL {
        let expected = if *app == App::Whatsapp {
            0.5
        } else {
            defaults[app.index()]
        };
        assert_eq!(some[app.index()], expected, "{app}");
    }
}

#[test]
fn what_matters_in_one_arm_may_be_idle_in_others() {
    let text = "[policy]\nstart = 2025-12-20\nmarket_start.eu = 2026-01-01\nmarket_start.uk = 2026-01-02\n\
                [controls]\nopt_out_share = 0.5\n\
                [[arm]]\nname = \"no-policy\"\npolicy.enabled = false\n\
                [[arm]]\nname = \"everywhere\"\npolicy.excluded_markets = \"uk\"\n\
                policy.market_start.uk = 2026-01-05\n\
                [[arm]]\nname = \"rule\"\ncontrols.opt_out_available = true\n";
    let read = scenario(text, &[]);
    // Written back, the second arm repeats the date that is idle there.
    assert_eq!(scenario(&read.to_toml(), &[]).arms, read.arms);
}

#[test]
fn a_population_without_users_is_one() {
    let read = scenario("[population]\nassistant_users = 0\n", &[]);
    assert_eq!(read.world.assistant_users(), 0.0);
    let without_tilt = "[population]\nassistant_users.uk = 0\n\
                        assistant_tilt_13 = 0\nassistant_tilt_18.uk = 0\n";
    scenario(without_tilt, &[]);
}

#[test]
fn days_count_from_the_start() {
    let s = scenario(
        "[time]\nstart = 2025-12-20\n[policy]\nmarket_start.eu = 2026-01-01\n",
        &[],
    );
    assert_eq!(s.world.date("policy.start"), date(2025, 12, 16));
    assert_eq!(s.world.day("policy.start"), -4);
    assert_eq!(s.world.day("time.end"), 11);
    let joins = s.world.days::<Market>("policy.market_start");
    assert_eq!(joins[Market::Eu.index()], 12);
    assert_eq!(joins[Market::Uk.index()], overheard_model::calendar::NEVER);
    assert_eq!(
        s.world.dates::<Market>("policy.market_start")[Market::Uk.index()],
        NEVER
    );
}

#[test]
fn bare_words_and_lists_work_in_overrides() {
    let s = scenario(
        "name = \"x\"",
        &[
            "market.response=elastic",
            "policy.excluded_markets=uk,eu",
            "policy.start = 2025-12-20",
            "report.cuts=[market*topic]",
            "interests.standing_weights=1 1 1 1 1 1",
            "population.age_65.uk=0.13",
        ],
    );
    assert_eq!(s.world.choice("market.response"), "elastic");
    assert_eq!(
        s.world.markets("policy.excluded_markets"),
        [Market::Eu, Market::Uk]
    );
    assert_eq!(s.world.date("policy.start"), date(2025, 12, 20));
    assert_eq!(s.world.numbers("interests.standing_weights"), [1.0; 6]);
    assert_eq!(s.world.cuts("report.cuts").len(), 1);
    // As a shell hands on `policy.excluded_markets=["uk", "eu"]`.
    let bare = scenario("name = \"x\"", &["policy.excluded_markets=[uk, eu]"]);
    assert_eq!(
        bare.world.markets("policy.excluded_markets"),
        [Market::Eu, Market::Uk]
    );
}

#[test]
fn the_same_cuts_in_any_order_are_the_same_scenario() {
    let canonical = |list: &str| scenario(&format!("report.cuts = {list}\n"), &[]).canonical();
    let one = canonical("[\"market*topic\", \"day*age\"]");
    assert_eq!(
        one,
        canonical("[\"age * day\", \"topic*market\", \"day*age\"]")
    );
    assert_eq!(one, canonical("\"day*age, market*topic\""));
    let set = scenario("name = \"x\"", &["report.cuts=day*age,market*topic"]);
    assert_eq!(one, set.canonical());
    assert_ne!(one, canonical("[]"));
    assert_eq!(canonical("[]"), canonical("\"none\""));
}

#[test]
fn arms_say_what_they_imitate() {
    let text = "policy.treated_share = 0.5\n[[arm]]\nname = \"a\"\n[[arm]]\nname = \"b\"\n";
    let imitating = |list: &str| scenario(&format!("{text}imitates = {list}\n"), &[]);
    let (price, clicks) = ("effect.optout.ad_price", "effect.google_iba.ctr");
    let read = imitating(&format!("[\"{price}\", \"{clicks}\", \"{price}\"]"));
    assert!(read.arms[0].imitates.is_empty());
    let targets: Vec<_> = read.arms[1].imitates.iter().map(|e| &e.target).collect();
    assert_eq!(
        targets,
        [price, clicks],
        "in the order of the table, each once"
    );
    assert_eq!(scenario(&read.to_toml(), &[]).arms, read.arms);
    assert_eq!(imitating("[]").canonical(), scenario(text, &[]).canonical());
    assert_ne!(read.canonical(), imitating("[]").canonical());
}

#[test]
fn the_same_markets_in_any_order_are_the_same_scenario() {
    let canonical =
        |list: &str| scenario(&format!("[policy]\nexcluded_markets = {list}\n"), &[]).canonical();
    assert_eq!(
        canonical("[\"uk\", \"eu\", \"uk\"]"),
        canonical("\"eu uk\"")
    );
    assert_eq!(canonical("[]"), canonical("\"none\""));
    assert_ne!(canonical("\"eu\""), canonical("\"eu uk\""));
}

#[test]
fn the_canonical_text_sees_numbers_and_not_words() {
    let text =
        |name: &str, extra: &str| format!("name = \"{name}\"\ndescription = \"{name}\"\n{extra}");
    let plain = scenario(&text("a", ""), &[]).canonical();
    assert_eq!(plain, scenario(&text("b", "# comment\n"), &[]).canonical());
    assert_eq!(
        plain,
        scenario(&text("b", "[[arm]]\nname = \"base\"\n"), &[]).canonical()
    );
    assert_ne!(
        plain,
        scenario(&text("a", "[[arm]]\nname = \"other\"\n"), &[]).canonical()
    );
    assert_ne!(
        plain,
        scenario(&text("a", "[run]\nseed = 2\n"), &[]).canonical()
    );
    // Zero and minus zero are one number.
    let share = |x: &str| {
        let text = format!("[controls]\nopt_in_required = true\nopt_in_share = {x}\n");
        scenario(&text, &[]).canonical()
    };
    assert_eq!(share("0"), share("-0.0"));
}

/// Golden tables carry its hash: how many people, which seed and what is reported are told apart from it.
#[test]
fn settings_are_what_is_asked_and_nothing_else() {
    let settings = |text: &str, set: &[&str]| scenario(text, set).settings();
    let text = "[[arm]]\nname = \"base\"\npolicy.enabled = false\n[[arm]]\nname = \"rule\"\n";
    assert_eq!(
        settings(text, &[]),
        "arm base\npolicy.enabled = false\narm rule\n"
    );
    for same in [
        "run.people=5000",
        "run.seed=7",
        "report.cuts=day*age",
        "trace.people=0",
        "ensemble.draws=0",
        "rule:policy.enabled=true",
    ] {
        assert_eq!(settings(text, &[same]), settings(text, &[]), "{same}");
    }
    for other in [
        "time.end=2025-12-30",
        "rule:signals.half_life_chat=20",
        "pilot.people=2000",
    ] {
        assert_ne!(settings(text, &[other]), settings(text, &[]), "{other}");
    }
}

#[test]
fn awkward_texts_survive_writing_and_reading() {
    let mut s = Scenario::defaults();
    s.description = "quotes \" and \\ and\nlines\r\t\u{1}\u{7f} and Grüße 'x' \"\"\"".to_owned();
    assert_eq!(reread(&s), s);
}

fn reread(scenario: &Scenario) -> Scenario {
    let text = scenario.to_toml();
    let file = ScenarioFile::parse("again.toml", text.as_bytes());
    file.and_then(|f| f.scenario::<&str>(&[]))
        .unwrap_or_else(|e| panic!("{text}\n{e}"))
}

/// A line that sets some knob to some value of its range.
fn setting() -> impl Strategy<Value = (usize, f64)> {
    (0..Registry::get().knobs().len(), 0.0..1.0)
}

fn value_within(knob: &Knob, at: f64) -> String {
    let between = |a: f64, b: f64| a + (b - a) * at;
    match (&knob.kind, &knob.min, &knob.max) {
        (Kind::Number, Some(Scalar::Number(a)), Some(Scalar::Number(b))) => {
            format!("{:?}", between(*a, *b))
        }
        (Kind::Integer, Some(Scalar::Integer(a)), Some(Scalar::Integer(b))) => {
            format!("{}", a + ((b - a) as f64 * at / 2.0) as i64)
        }
        (Kind::Flag, ..) => (at > 0.5).to_string(),
        (Kind::Choice(options), ..) => {
            format!("\"{}\"", options[(at * options.len() as f64) as usize])
        }
        (Kind::Markets, ..) => {
            format!(
                "[\"{}\"]",
                Market::ALL[(at * Market::COUNT as f64) as usize]
            )
        }
        (Kind::Cuts, ..) => {
            let cuts = [
                "market*topic",
                "day*age",
                "day*market*age*app",
                "age * topic",
            ];
            format!("[\"{}\"]", cuts[(at * 4.0) as usize])
        }
        _ => knob.default.scalars()[0].to_toml(),
    }
}

/// One line for each knob, of that scope if one is given; the first setting of a knob counts.
fn lines(settings: &[(usize, f64)], scope: Option<Scope>) -> String {
    let mut lines = std::collections::BTreeMap::new();
    for (place, at) in settings {
        let knob = &Registry::get().knobs()[*place];
        if scope.is_none_or(|scope| knob.scope == scope) {
            lines
                .entry(*place)
                .or_insert_with(|| format!("{knob} = {}\n", value_within(knob, *at)));
        }
    }
    lines.into_values().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn writing_and_reading_gives_the_same_scenario(
        world in proptest::collection::vec(setting(), 0..6),
        arms in proptest::collection::vec(proptest::collection::vec(setting(), 0..6), 0..4),
    ) {
        let mut whole = format!("description = \"x\"\n{}", lines(&world, None));
        for (i, settings) in arms.iter().enumerate() {
            let own = lines(settings, Some(Scope::Arm));
            whole += &format!("[[arm]]\nname = \"arm-{i}\"\n{own}");
        }
        let file = ScenarioFile::parse("s.toml", whole.as_bytes()).unwrap_or_else(|e| panic!("{whole}\n{e}"));
        // Values within their ranges may still not go together; those are refused, which other tests cover.
        if let Ok(scenario) = file.scenario::<&str>(&[]) {
            let again = reread(&scenario);
            prop_assert_eq!(again.canonical(), scenario.canonical());
            prop_assert_eq!(again.to_toml(), scenario.to_toml());
            prop_assert_eq!(again, scenario);
        }
    }

    #[test]
    fn no_bytes_crash_it(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        survive(&bytes);
    }

    #[test]
    fn no_text_crashes_it(text in "(\\[{1,2}(arm|policy|time|x)\\]{1,2}|[a-z_.]{1,12}|[\"'=\\[\\]{}#.,\\\\]|[0-9:-]{1,10}|[ \t\r\n]|é|nan|inf){0,40}") {
        survive(text.as_bytes());
    }

    #[test]
    fn no_damage_crashes_it(at in 0.0..1.0, cut in 0usize..40, insert in proptest::collection::vec(any::<u8>(), 0..8)) {
        let mut bytes = Scenario::defaults().to_toml().into_bytes();
        let start = (at * bytes.len() as f64) as usize;
        let end = (start + cut).min(bytes.len());
        bytes.splice(start..end, insert);
        survive(&bytes);
    }

    #[test]
    fn no_override_crashes_it(argument in "([a-z-]{1,6}:)?[a-z_.]{0,20}=?(.{0,20}|[0-9.\"'\\[\\]{}=-]{0,10})") {
        let file = ScenarioFile::parse("s.toml", b"[[arm]]\nname = \"a\"\n").unwrap();
        if let Err(error) = file.scenario(&[argument]) {
            prop_assert!(!error.to_string().is_empty());
            error.render(true);
        }
    }
}

/// Parses and, when refused, renders the message: both must end without a panic.
fn survive(bytes: &[u8]) {
    if let Err(error) = ScenarioFile::parse("s.toml", bytes).and_then(|f| f.scenario::<&str>(&[])) {
        assert!(error.to_string().starts_with("error: "));
        error.position();
    }
}

#[test]
fn depth_crashes_nothing() {
    for (open, close) in [
        ("a.", "a=1"),
        ("[", ""),
        ("{a=", ""),
        ("a=[", ""),
        ("[[a.", "a]]"),
    ] {
        for times in [100, 10_000, 80_000] {
            let text = format!("x={}{close}", open.repeat(times));
            survive(text.as_bytes());
            survive(&text.as_bytes()[2..]);
        }
    }
    survive(format!("[{}a]", "a.".repeat(100_000)).as_bytes());
    survive(format!("x={}", "[".repeat(200_000)).as_bytes());
    survive(&b"a=1\n".repeat(60_000));
}
