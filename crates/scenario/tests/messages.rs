//! What users read when a scenario is at fault: every message with its place and hint, kept as one readable file.

use overheard_scenario::{MAX_BYTES, Scenario, ScenarioError, ScenarioFile};

fn error(bytes: &[u8], overrides: &[&str]) -> ScenarioError {
    let overrides: Vec<_> = overrides.iter().map(|o| ("--set", *o)).collect();
    match Scenario::read("question.toml", bytes, &overrides) {
        Ok(_) => panic!(
            "accepted: {:?} {overrides:?}",
            String::from_utf8_lossy(bytes)
        ),
        Err(error) => error,
    }
}

fn listing(cases: &[(&str, &[u8], &[&str])]) -> String {
    let mut out = String::new();
    for (title, bytes, overrides) in cases {
        out += &format!("## {title}\n{}\n\n", error(bytes, overrides));
    }
    out
}

#[test]
fn of_files() {
    let cases: &[(&str, &[u8], &[&str])] = &[
        ("unknown key, one letter off", b"[signals]\nhalf_life_cat = 3\n", &[]),
        ("unknown key without its section", b"half_life_chat = 3\n", &[]),
        ("unknown key with several meanings", b"start = 2025-12-01\n", &[]),
        ("unknown key in a known section", b"[trace]\nzebra = 3\n", &[]),
        ("unknown key like nothing known", b"zzzzzzzzzzzzzzz = 3\n", &[]),
        ("unknown section", b"[signal]\nhalf_life_chat = 3\n", &[]),
        ("misspelt arm", b"[[arms]]\nname = \"a\"\n", &[]),
        ("section as value", b"policy = true\n", &[]),
        ("section as list", b"[[policy]]\nenabled = true\n", &[]),
        ("key with dots in quotes", b"\"policy.enabled\" = true\n", &[]),
        ("text for a number", b"[signals]\nhalf_life_chat = \"14 days\"\n", &[]),
        ("fraction for a whole number", b"[signals]\nretention_days = 30.5\n", &[]),
        ("number for a flag", b"[policy]\nenabled = 1\n", &[]),
        ("number for a text", b"name = 7\n", &[]),
        ("whole number that fits nowhere", b"[signals]\nretention_days = 99999999999999999999\n", &[]),
        ("table for a single value", b"[signals.half_life_chat]\nuk = 3\n", &[]),
        ("list for a table", b"[assistant]\ntrait_share = [0.1, 0.2]\n", &[]),
        ("share above one", b"[controls]\nopt_out_share = 25\n", &[]),
        ("share below zero", b"[controls]\nopt_out_share = -0.1\n", &[]),
        ("beyond the range", b"[signals]\nhalf_life_chat = 1000\n", &[]),
        ("not a number", b"[signals]\nhalf_life_chat = nan\n", &[]),
        ("infinite", b"[signals]\nhalf_life_chat = -inf\n", &[]),
        ("unknown market in a list", b"[policy]\nexcluded_markets = [\"eu\", \"UK\"]\n", &[]),
        ("unknown market in a text", b"[policy]\nexcluded_markets = \"eu atlantis\"\n", &[]),
        ("unknown market as a member", b"[policy.market_start]\nbrasil = 2026-01-01\n", &[]),
        ("number among markets", b"[policy]\nexcluded_markets = [3]\n", &[]),
        ("unknown dimension of a cut", b"[report]\ncuts = [\"market*topic\", \"age * topik\"]\n", &[]),
        ("cut joined otherwise", b"[report]\ncuts = [\"market x topic\"]\n", &[]),
        ("cut that no table has", b"[report]\ncuts = [\"topic*day\"]\n", &[]),
        ("cut that no table has, in a text", b"[report]\ncuts = \"day*age, app*topic\"\n", &[]),
        ("number among cuts", b"[report]\ncuts = [3]\n", &[]),
        ("number for cuts", b"[report]\ncuts = 3\n", &[]),
        ("cuts in an arm", b"[[arm]]\nname = \"a\"\nreport.cuts = [\"day*age\"]\n", &[]),
        ("unknown choice", b"[market]\nresponse = \"fixed-budget\"\n", &[]),
        ("no such day", b"[policy]\nstart = 2025-02-30\n", &[]),
        ("no such day in quotes", b"[policy]\nstart = \"2025-02-30\"\n", &[]),
        ("day with a time", b"[policy]\nstart = 2025-12-16T12:00:00\n", &[]),
        ("day long ago", b"[time]\nstart = 1999-12-01\n", &[]),
        ("end before start", b"[time]\nstart = 2025-12-10\nend = 2025-12-09\n", &[]),
        ("start after the default end", b"[time]\nstart = 2026-02-01\n", &[]),
        ("window too long", b"[time]\nend = 2027-12-31\n", &[]),
        ("roll-out before the policy", b"[policy]\nmarket_start.eu = 2025-11-01\n", &[]),
        ("ages that do not add up", b"[population]\nage_65.uk = 0.9\n", &[]),
        ("no app at all", b"[apps]\nfacebook_share.uk = 0\ninstagram_share.uk = 0\nwhatsapp_share.uk = 0\nmessenger_share.uk = 0\n", &[]),
        ("people without any app", b"[apps]\ninstagram_share.south-korea = 0.2\n", &[]),
        ("more chats than people whom they concern", b"[assistant]\nshare_class.gender-identity = 0.1\n", &[]),
        ("chats above all", b"[assistant]\nshare_class.health = 0.3\nshare_class.debt = 0.3\nshare_class.violence = 0.3\n", &[]),
        ("arm with a knob of the world", b"[[arm]]\nname = \"a\"\n[arm.time]\nend = 2025-12-30\n", &[]),
        ("arm without a name", b"[[arm]]\nname = \"a\"\n[[arm]]\n[arm.policy]\nenabled = false\n", &[]),
        ("arms of one name", b"[[arm]]\nname = \"a\"\n[[arm]]\nname = \"a\"\n", &[]),
        ("arm with spaces in its name", b"[[arm]]\nname = \"No policy\"\n", &[]),
        ("arm in single brackets", b"[arm]\nname = \"a\"\n", &[]),
        ("arm that is a text", b"arm = [\"a\"]\n", &[]),
        ("unknown effect", b"[[arm]]\nname = \"a\"\n[[arm]]\nname = \"b\"\nimitates = [\"effect.optout.ad_prise\"]\n", &[]),
        ("effect that is no text", b"[[arm]]\nname = \"a\"\nimitates = [52]\n", &[]),
        ("effect that is no list", b"[[arm]]\nname = \"a\"\nimitates = \"effect.optout.ad_price\"\n", &[]),
        ("imitation outside of an arm", b"imitates = [\"effect.optout.ad_price\"]\n[[arm]]\nname = \"a\"\n", &[]),
        ("imitation by the base", b"[[arm]]\nname = \"a\"\nimitates = [\"effect.optout.ad_price\"]\n", &[]),
        ("imitation without others", b"[[arm]]\nname = \"a\"\n[[arm]]\nname = \"b\"\nimitates = [\"effect.optout.ad_price\"]\n", &[]),
        ("imitation without treated people", b"policy.treated_share = 0\n[[arm]]\nname = \"a\"\n[[arm]]\nname = \"b\"\nimitates = [\"effect.optout.ad_price\"]\n", &[]),
        ("duplicate key", b"[policy]\nenabled = true\nenabled = false\n", &[]),
        ("duplicate section", b"[policy]\nenabled = true\n[policy]\nuse_for_ads = false\n", &[]),
        ("value without quotes", b"[market]\nresponse = elastic\n", &[]),
        ("list left open", b"[policy]\nexcluded_markets = [\"eu\",\n", &[]),
        ("two errors", b"[policy]\nenabled = 1\nzebra = 2\nuse_for_ads = 3\n", &[]),
        ("three mistakes", b"[time]\nend = 2025-12-20\nreport.cuts = [\"market*topic\"]\n[[arm]]\nname = \"base\"\npolicy.excluded_markets = [\"EU\", \"great-britain\"]\n[[arm]]\nname = \"percent\"\ncontrols.opt_out_share = 25\n", &[]),
        ("mistakes in values and between them", b"[policy]\nmarket_start.eu = 2025-11-01\nmarket_start.uk = 2025-11-02\n[signals]\nhalf_life_chat = 1000\n[time]\nend = 2025-11-30\n[[arm]]\nname = \"a\"\nads.ad_free_share = 1\n[[arm]]\nname = \"a\"\n", &["ads.ad_free_share.uk=1", "a:controls.opt_out_share=2"]),
        ("no conflict where a part was not read", b"[time]\nstart = 2026-02-01\nende = 2026-03-01\n", &[]),
        ("mistakes on both sides of what is no TOML", b"[signals]\nhalf_life_chat = 1000\n[policy]\nstart = 16.12.2025\nenabled = yes\nzebra = 1\n", &[]),
        ("mistakes before a list left open", b"[signals]\nhalf_life_chat = 1000\n[policy]\nexcluded_markets = [\"eu\",\n[[arm]]\nname = \"a\"\n", &[]),
        ("settings of an arm without a name", b"[[arm]]\npolicy.enabled = 3\n", &[]),
        ("table of its own in an arm", b"[[arm]]\nname = \"a\"\n[arm.policy]\nsignals.half_life_chat = 7\n", &[]),
        ("name below a table", b"[time]\nend = 2025-12-20\nname = \"a\"\n", &[]),
        ("many mistakes", "[trace]\nz = 1\n".replace("z = 1\n", &(0..23).map(|i| format!("z{i:02} = 1\n")).collect::<String>()).leak().as_bytes(), &[]),
        ("roll-out of a market that is not excluded", b"[[arm]]\nname = \"a\"\n[[arm]]\nname = \"b\"\npolicy.market_start.us-canada = 2025-12-18\n", &[]),
        ("opt-out that there is not", b"[[arm]]\nname = \"a\"\ncontrols.opt_out_share = 0.5\n", &[]),
        ("start of a policy that is switched off", b"[[arm]]\nname = \"a\"\npolicy.enabled = false\npolicy.start = 2025-12-20\n", &[]),
        ("exclusion from ads that chats do not choose", b"[[arm]]\nname = \"a\"\npolicy.use_for_ads = false\nsensitive.exclude_promised_ads = false\n", &[]),
        ("policy before the first day that may have one", b"[time]\nstart = 2025-12-20\n[[arm]]\nname = \"a\"\n[[arm]]\nname = \"b\"\npolicy.start = 2025-12-10\n", &[]),
        ("policy before a window without a warm-up", b"[policy]\nstart = 2025-11-20\n", &[]),
        ("more people than there are", b"[run]\npeople = 2_000_000_000\n", &[]),
        ("more people than there were", b"[time]\nstart = 2024-04-15\nend = 2024-04-17\n[run]\npeople = 50_000_000\n", &[]),
        ("arm that is a formula", b"[[arm]]\nname = \"=policy\"\n", &[]),
        ("percent", b"[controls]\nopt_out_share = 25%\n", &[]),
        ("percent in quotes", b"[controls]\nopt_out_share = \"25 %\"\n", &[]),
        ("percent in quotes where it belongs", b"[pilot]\ntolerance = \"7%\"\n", &[]),
        ("number in quotes", b"[signals]\nhalf_life_chat = \"7,5\"\n", &[]),
        ("list without quotes", b"[policy]\nexcluded_markets = [eu, uk]\n", &[]),
        ("word for a flag", b"[policy]\nenabled = \"yes\"\n", &[]),
        ("tabs and carriage returns", b"\t[signals]\r\n\thalf_life_chat\t=\t\"x\"\r\n", &[]),
        ("byte order mark", b"\xEF\xBB\xBFnam = \"x\"\n", &[]),
        ("letters of many bytes", "description = \"Grüße\"\nnamé = 3\n".as_bytes(), &[]),
        ("not UTF-8", b"name = \"a\"\ndescription = \"Gr\xFC\xDFe\"\n", &[]),
        ("UTF-16", b"\xFF\xFEn\0a\0m\0e\0", &[]),
        ("binary", b"\x7FELF\x02\x01\x01\0\0\0", &[]),
        ("escape sequences", b"\"\\u001b[31mred\" = 1\n", &[]),
        ("nothing", b"", &[]),
        ("only blanks", b" \n\r\n\t", &[]),
    ];
    insta::assert_snapshot!(listing(cases));
}

/// The name stands in a column of every table.
#[test]
fn an_arm_cannot_have_a_name_that_readers_of_tables_lose() {
    for (name, what) in [
        ("nan", "a missing value"),
        ("1e5", "a number"),
        ("03-04", "a date"),
        ("true", "a truth value"),
    ] {
        let text = format!("[[arm]]\nname = \"base\"\n[[arm]]\nname = \"{name}\"\n");
        let error = error(text.as_bytes(), &[]);
        assert_eq!(error.position(), Some((4, 8)), "{name}");
        for part in [name, what, "in words"] {
            assert!(error.to_string().contains(part), "{error}");
        }
    }
    // Scenarios name folders, not cells.
    let december = b"name = \"december-16\"\n[[arm]]\nname = \"opt-out-25\"\n";
    assert!(ScenarioFile::parse("s.toml", december).is_ok());
}

#[test]
fn of_overrides() {
    let file: &[u8] = b"[[arm]]\nname = \"december\"\n[[arm]]\nname = \"no-policy\"\n";
    let cases: Vec<(&str, &[u8], &[&str])> = vec![
        ("no value", file, &["policy.enabled"]),
        ("empty value", file, &["policy.enabled="]),
        ("no key", file, &["=3"]),
        ("unknown key", file, &["policy.enable=true"]),
        ("no knob", file, &["name=x"]),
        ("wrong kind", file, &["signals.half_life_chat=long"]),
        ("out of range", file, &["signals.half_life_chat=1000"]),
        ("unknown option", file, &["market.response=elastik"]),
        ("unknown member", file, &["apps.open_rate.facebok=0.5"]),
        ("unknown arm", file, &["no-polcy:policy.enabled=true"]),
        (
            "world's knob in an arm",
            file,
            &["no-policy:time.end=2025-12-30"],
        ),
        ("conflict with the file", file, &["time.end=2025-11-30"]),
        (
            "conflict in one arm",
            file,
            &["no-policy:policy.market_start.uk=2025-12-01"],
        ),
        ("yes", file, &["december:policy.use_for_ads=yes"]),
        ("a word for a flag", file, &["policy.use_for_ads=perhaps"]),
        ("percent", file, &["sensitive.false_positive = 25%"]),
        ("number for a list", file, &["policy.excluded_markets=3"]),
        (
            "unknown market in brackets",
            file,
            &["policy.excluded_markets=[eu, grossbritannien]"],
        ),
        (
            "arm with a capital",
            file,
            &["No-policy:policy.enabled=true"],
        ),
        (
            "several at once",
            file,
            &[
                "polcy.enabled=true",
                "run.people=0",
                "no-policy:policy.enabled",
            ],
        ),
        ("quote left open", file, &["policy.start=\"2025-12-16"]),
        ("no such day", file, &["policy.start=2025-02-30"]),
    ];
    insta::assert_snapshot!(listing(&cases));
}

#[test]
fn of_files_that_cannot_be_read() {
    let known = ["scenarios/december-16.toml", "scenarios/steady-state.toml"];
    let cause = std::io::Error::from(std::io::ErrorKind::NotFound);
    let near = ScenarioError::unreadable("scenarios/december-61.toml", &cause, &known);
    let far = ScenarioError::unreadable("elsewhere.toml", &cause, &known);
    insta::assert_snapshot!(format!("{near}\n\n{far}"));
    let forbidden = std::io::Error::from(std::io::ErrorKind::PermissionDenied);
    let forbidden = ScenarioError::unreadable("elsewhere.toml", &forbidden, &known);
    assert!(far.is_missing() && !forbidden.is_missing());
}

#[test]
fn a_huge_file_is_refused_before_it_is_parsed() {
    let bytes = vec![b'#'; MAX_BYTES + 1];
    assert!(error(&bytes, &[]).message().contains("more than 256 KiB"));
    assert!(ScenarioFile::parse("s.toml", &bytes[..MAX_BYTES]).is_ok());
}

#[test]
fn positions_count_characters_from_one() {
    assert_eq!(
        error("# ü\n[policy]\n é = 1".as_bytes(), &[]).position(),
        Some((3, 2))
    );
    assert_eq!(
        error(b"name = \"a\"\ndescription = \"Gr\xFC\"\n", &[]).position(),
        Some((2, 18))
    );
    assert_eq!(error(b"", &[]).position(), None);
}

#[test]
fn colours_change_nothing_but_colours() {
    let error = error(b"zebra = 1", &[]);
    assert!(error.render(true).contains("\u{1b}["));
    assert!(!error.to_string().contains('\u{1b}'));
}
