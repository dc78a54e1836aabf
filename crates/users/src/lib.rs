//! overheard-users
