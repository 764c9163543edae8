package dev.sandbar.session.tool;

import dev.sandbar.session.tool.ToolDescription.Effects;
import java.util.Locale;

/** What an AI is told of the tools. */
final class Descriptions {

    private static final int MIB = 1 << 20;

    static final ToolDescription BASH = new ToolDescription(
            "bash",
            "Run a command",
            words("""
            Runs a command with bash in your Linux sandbox, as the unprivileged user `user` in /home/user. The sandbox, \
            with CPUs, is already there (a call that comes early waits for it): you need not create one first.
            There is no network, loopback only: curl, wget, git clone and the like reach nothing outside, and pip, npm and \
            apt-get can't install anything. Work with what is there (command -v NAME tells).
            Files in /home/user stay from call to call while the sandbox lives; when it has ended, since nobody used it for \
            long for example, they are gone, and the next result says so. Each call has a shell of its own: variables, \
            functions and the working directory do not stay. Standard input is empty. Standard output and error come in one \
            stream, in order.
            The output may have %,d characters; of longer ones you see the first quarter and the last three, cut between \
            lines, and all of it is in a file that is named. After `timeout` (%d seconds unless you say otherwise, at most \
            %d) the command is killed; what it printed until then is kept.
            To run something in the background, for example a server or a long job: `nohup CMD > /home/user/log.txt 2>&1 & \
            echo $!`, then look after it with `kill -0 PID` and `tail /home/user/log.txt`.""", OutputView.MOST, BashCall.DEFAULT_SECONDS, BashCall.MOST_SECONDS),
            words("""
            {"type":"object","properties":{\
            "command":{"type":"string","description":"The command, as for bash -c; at most %,d bytes"},\
            "description":{"type":"string","description":"What it does, in a few words"},\
            "work_dir":{"type":"string","description":"Directory to run in; /home/user unless said otherwise"},\
            "timeout":{"type":"integer","minimum":1,"maximum":%d,"default":%d,"description":"Seconds after which it is killed"}},\
            "required":["command"]}""", BashCall.MOST_BYTES, BashCall.MOST_SECONDS, BashCall.DEFAULT_SECONDS),
            Effects.EACH_TIME);

    static final ToolDescription READ = new ToolDescription(
            "read",
            "Read a file",
            words("""
            Reads a text file of your sandbox, which is already there. Shows each line as its number, a tab and the line. \
            Without offset the first %d lines; lines of more than %d characters are cut, and so is what exceeds %,d \
            characters. Binary files and files over %d MiB are refused: use bash for these.
            A file must be read before write or edit may change it. Relative paths begin at /home/user.""", ReadCall.DEFAULT_LINES, LineView.LONGEST_LINE, LineView.MOST, FileAccess.LARGEST / MIB),
            """
            {"type":"object","properties":{\
            "path":{"type":"string","description":"The file"},\
            "offset":{"type":"integer","minimum":0,"description":"Number of the first line, from 1"},\
            "limit":{"type":"integer","minimum":1,"description":"How many lines at most"}},\
            "required":["path"]}""",
            Effects.NONE);

    static final ToolDescription WRITE = new ToolDescription(
            "write", "Write a file", words("""
            Writes a text file of your sandbox, which is already there, as a whole: it is changed completely or not at all. \
            It may have %d MiB at most. Directories are made where they are missing. A file that exists must have been read \
            (or written) before, and not have changed since; its mode, its owner and a link to it stay. For small changes \
            use edit. Relative paths begin at /home/user, and what is there stays from call to call while the sandbox \
            lives.""", WriteTool.MOST / MIB), words("""
            {"type":"object","properties":{\
            "path":{"type":"string","description":"The file"},\
            "content":{"type":"string","description":"All that it is to hold; at most %,d bytes"}},\
            "required":["path","content"]}""", WriteTool.MOST), Effects.ONCE);

    static final ToolDescription EDIT =
            new ToolDescription("edit", "Change a file", words("""
            Changes a part of a file of your sandbox, which is already there. The file has at most %d MiB, and must have been \
            read (or written) before and not have changed since. old_str is what is there, without line numbers, with enough \
            around it that it is there only once; or set replace_all. mode: replace (the default), or append_after or \
            prepend_before to insert new_str beside old_str. Where old_str is not there exactly, it is looked for without \
            regard to whitespace at the begins and ends of lines, then to typographic quotes, dashes and spaces; only what \
            was found is replaced, and the answer says so. The file's line ends, mode and owner stay.""", EditTool.LARGEST / MIB), """
            {"type":"object","properties":{\
            "path":{"type":"string","description":"The file"},\
            "old_str":{"type":"string","minLength":1,"description":"The text that is there"},\
            "new_str":{"type":"string","description":"The text to put there"},\
            "replace_all":{"type":"boolean","default":false,"description":"Change all places, not only one"},\
            "mode":{"type":"string","enum":["replace","append_after","prepend_before"],"default":"replace"}},\
            "required":["path","old_str","new_str"]}""", Effects.EACH_TIME);

    private Descriptions() {}

    private static String words(String text, Object... limits) {
        return String.format(Locale.ROOT, text, limits);
    }
}
