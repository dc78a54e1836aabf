//! Panics of stages and shards, turned into messages.
//!
//! The default panic hook would print each of them to stderr, in the middle of the run's own voice and twice because of
//! the retry. So a hook of ours goes in front of whatever hook is installed when the first run begins: a panic inside
//! [`caught`] is noted for the error, every other panic goes to the hook that was there before.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

thread_local! {
    static CATCHING: Cell<bool> = const { Cell::new(false) };
    static PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Puts the quiet hook in front of the current one, once per process.
pub(crate) fn install() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            // A thread that is being torn down has no thread-locals left and is not inside `caught`.
            if CATCHING.try_with(Cell::get).unwrap_or(false) {
                PLACE.set(info.location().map(ToString::to_string));
            } else {
                before(info);
            }
        }));
    });
}

/// Calls `f`; a panic becomes its message and its place in the source.
///
/// Whoever gets an `Err` must drop all that `f` could reach and mutate: that is what makes the unwind safe.
pub(crate) fn caught<T>(f: impl FnOnce() -> T) -> Result<T, String> {
    let outer = CATCHING.replace(true);
    let result = panic::catch_unwind(AssertUnwindSafe(f));
    CATCHING.set(outer);
    result.map_err(|payload| {
        let message = message_of(payload);
        match PLACE.take() {
            Some(place) => format!("{message} (panicked at {place})"),
            None => format!("{message} (panicked)"),
        }
    })
}

/// What a panic said, if it said anything.
pub fn words_of_panic(panic: &(dyn Any + Send)) -> Option<&str> {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
}

/// The text of a panic.
pub fn message_of(payload: Box<dyn Any + Send>) -> String {
    if let Some(text) = words_of_panic(&*payload) {
        text.to_owned()
    } else {
        // A payload of a type of its own may panic in its destructor, outside any protection: rather leak its bytes.
        std::mem::forget(payload);
        "a panic without a message".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A payload whose destructor panics would take its actor or thread down from behind.
    struct Mine;
    impl Drop for Mine {
        fn drop(&mut self) {
            panic!("the payload's own panic");
        }
    }

    #[test]
    fn a_panic_becomes_its_message_and_its_place() {
        install();
        let place = format!("{}:", file!());
        let text = caught(|| panic!("day {}", 3)).unwrap_err();
        assert!(text.starts_with("day 3 (panicked at "), "{text}");
        assert!(text.contains(&place), "{text}");
        let text = caught(|| panic::panic_any(Mine)).unwrap_err();
        assert!(text.starts_with("a panic without a message"), "{text}");
        assert_eq!(caught(|| 7), Ok(7));
    }

    #[test]
    fn only_the_inside_is_quiet() {
        install();
        caught(|| {
            assert!(CATCHING.get());
            assert!(caught(|| panic!("inner")).is_err());
            assert!(CATCHING.get(), "an inner catch must not unmute the outer");
        })
        .unwrap();
        assert!(!CATCHING.get());
    }
}
