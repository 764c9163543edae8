# shellcheck shell=sh
# Sourced by the other scripts: goes to the project's directory and chooses the JDK.

# Maven's own libraries print resets and, on newer JDKs, warnings, which are none of our users' business.
given_maven_opts="${MAVEN_OPTS:-} -Djansi.noreset=true"
use_jdk() {
    JAVA_HOME=$1
    JAVA_MAJOR=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$JAVA_HOME/release")
    MAVEN_OPTS=$given_maven_opts
    [ "$JAVA_MAJOR" -lt 24 ] || MAVEN_OPTS="$MAVEN_OPTS --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow"
    export JAVA_HOME JAVA_MAJOR MAVEN_OPTS
}

# Maven without questions and colours.
maven() {
    mvn -B -Dstyle.color=never "$@" </dev/null
}

# stale <source> <result>: the result is missing or older than the source.
stale() {
    [ ! -f "$2" ] || [ -n "$(find "$1" -newer "$2")" ]
}

use_jdk "$(src/main/sh/jdk.sh)"
