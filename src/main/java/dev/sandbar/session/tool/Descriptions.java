package dev.sandbar.session.tool;

/** What an AI is told of the tools. */
final class Descriptions {

    static final ToolDescription BASH = new ToolDescription("bash", """
            Runs a command with bash in your Linux sandbox, as the unprivileged user `user` in /home/user. The sandbox, \
            with CPUs, is already there (a call that comes early waits for it): you need not create one first.
            Files in /home/user stay from call to call. Each call has a shell of its own: variables, functions and the \
            working directory do not stay. Standard input is empty. Standard output and error come in one stream, in order.
            The output may have 25,000 characters; of longer ones you see the first quarter and the last three, and all of \
            it is in a file that is named. After `timeout` (240 seconds unless you say otherwise, at most 1200) the command \
            is killed; what it printed until then is kept.
            To run something in the background, for example a server or a long job: `nohup CMD > /home/user/log.txt 2>&1 & \
            echo $!`, then look after it with `kill -0 PID` and `tail /home/user/log.txt`.""", """
            {"type":"object","properties":{\
            "command":{"type":"string","description":"The command, as for bash -c; at most 120,000 bytes"},\
            "description":{"type":"string","description":"What it does, in a few words"},\
            "work_dir":{"type":"string","description":"Directory to run in; /home/user unless said otherwise"},\
            "timeout":{"type":"integer","minimum":1,"maximum":1200,"default":240,"description":"Seconds after which it is killed"}},\
            "required":["command"]}""");

    static final ToolDescription READ = new ToolDescription("read", """
            Reads a text file of your sandbox, which is already there. Shows each line as its number, a tab and the line. \
            Without offset the first 2000 lines; lines of more than 4000 characters are cut, and so is what exceeds 400,000 \
            characters. Binary files and files over 64 MiB are refused: use bash for these.
            A file must be read before write or edit may change it. Relative paths begin at /home/user.""", """
            {"type":"object","properties":{\
            "path":{"type":"string","description":"The file"},\
            "offset":{"type":"integer","minimum":0,"description":"Number of the first line, from 1"},\
            "limit":{"type":"integer","minimum":1,"description":"How many lines at most"}},\
            "required":["path"]}""");

    static final ToolDescription WRITE = new ToolDescription("write", """
            Writes a text file of your sandbox, which is already there, as a whole: it is changed completely or not at all. \
            Directories are made where they are missing. A file that exists must have been read (or written) before, and \
            not have changed since; its mode, its owner and a link to it stay. For small changes use edit. Relative paths \
            begin at /home/user, and what is there stays from call to call.""", """
            {"type":"object","properties":{\
            "path":{"type":"string","description":"The file"},\
            "content":{"type":"string","description":"All that it is to hold"}},\
            "required":["path","content"]}""");

    static final ToolDescription EDIT = new ToolDescription("edit", """
            Changes a part of a file of your sandbox, which is already there. The file has at most 4 MiB, and must have been \
            read (or written) before and not have changed since. old_str is what is there, without line numbers, with enough around it that it is there \
            only once; or set replace_all. mode: replace (the default), or append_after or prepend_before to insert new_str \
            beside old_str. Where old_str is not there exactly, it is looked for without regard to whitespace at the begins \
            and ends of lines, then to typographic quotes, dashes and spaces; only what was found is replaced, and the \
            answer says so. The file's line ends, mode and owner stay.""", """
            {"type":"object","properties":{\
            "path":{"type":"string","description":"The file"},\
            "old_str":{"type":"string","minLength":1,"description":"The text that is there"},\
            "new_str":{"type":"string","description":"The text to put there"},\
            "replace_all":{"type":"boolean","default":false,"description":"Change all places, not only one"},\
            "mode":{"type":"string","enum":["replace","append_after","prepend_before"],"default":"replace"}},\
            "required":["path","old_str","new_str"]}""");

    private Descriptions() {}
}
