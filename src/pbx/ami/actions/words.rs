//! The PBX's refusals as sentences for people.

use crate::text::Say;

/// A known refusal in the desk's words; any other is shown as the PBX said it.
pub fn error_say(words: &str) -> Say {
    let key = match words {
        "Permission denied" => "pbx.permission_denied",
        "No such channel" | "Channel specified does not exist" => "pbx.channel_gone",
        "Interface not found" => "pbx.not_a_member",
        "Unable to add interface: Already there" => "pbx.already_member",
        "Unable to remove interface: Not there" => "pbx.not_a_member",
        "Unable to add interface to queue: No such queue" => "pbx.no_such_queue",
        "Unable to remove interface from queue: No such queue" => "pbx.no_such_queue",
        "Member not dynamic" => "pbx.fixed_member",
        "Originate failed" => "pbx.dial_failed",
        _ if words.starts_with("Channel does not exist") => "pbx.channel_gone",
        _ if words.starts_with("Invalid/unknown command") => "pbx.command_unknown",
        _ => "pbx.refused",
    };
    Say::new(key).with("words", words)
}
