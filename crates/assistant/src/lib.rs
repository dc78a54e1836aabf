//! overheard-assistant
