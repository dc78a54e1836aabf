use overheard_model::strata::STRATA;

use super::*;

#[test]
fn an_id_is_read_as_it_is_written() {
    let scenario = overheard_scenario::Scenario::defaults();
    let world = crate::frame::world(&scenario, 100_000, 1);
    for stratum in 0..STRATA as u16 {
        let id = PersonId { stratum, index: 7 };
        assert_eq!(PersonId::parse(&id.text(&world)), Some(id));
    }
    for bad in [
        "",
        "eu",
        "eu/25-34/assistant",
        "eu/25-34/assistant/x",
        "eu/25-34/assistant/1/2",
        "mars/25-34/others/1",
    ] {
        assert_eq!(PersonId::parse(bad), None, "{bad}");
    }
}

#[test]
fn a_line_that_is_no_record_is_named() {
    let error = read(&b"{\"day\":3}\n"[..]).unwrap_err();
    assert!(error.to_string().starts_with("line 1 "), "{error}");
}
