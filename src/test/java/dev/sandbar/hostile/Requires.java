package dev.sandbar.hostile;

import dev.sandbar.gate.Needs;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The layers that an attack is stopped by or looked at with; without one of them that test alone is skipped. */
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
@interface Requires {

    Needs[] value();
}
