//! What the actors send each other: a block-day, under the name of what the day holds by then.

use actix::Message;

use super::block_day::BlockDay;

/// A day that nothing has been done for: from the gate to the users.
pub(super) struct Morning(pub(super) BlockDay);

/// With what people do today, the apps they open among it: from the users to the assistant.
pub(super) struct Openings(pub(super) BlockDay);

/// With today's chats: from the assistant to the extractor.
pub(super) struct Chats(pub(super) BlockDay);

/// With what is known of people today, chats included: from the extractor to the feeds, which send the block home.
pub(super) struct Profiles(pub(super) BlockDay);

/// What the four have in common: nobody waits for an answer, and one that was refused is a block-day again.
macro_rules! one_way {
    ($($message:ident)*) => {$(
        impl Message for $message {
            type Result = ();
        }

        impl From<$message> for BlockDay {
            fn from($message(block_day): $message) -> Self {
                block_day
            }
        }
    )*};
}

one_way!(Morning Openings Chats Profiles);
