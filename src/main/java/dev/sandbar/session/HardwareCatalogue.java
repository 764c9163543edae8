package dev.sandbar.session;

import dev.sandbar.runtime.SandboxSpec.Limits;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which sizes of sandboxes there are, and which of them this service's runtime offers. Never changes. */
public final class HardwareCatalogue {

    private final Map<String, Hardware> all;
    private final Hardware standard;
    private final String runtime;

    private HardwareCatalogue(Map<String, Hardware> all, Hardware standard, String runtime) {
        this.all = all;
        this.standard = standard;
        this.runtime = runtime;
    }

    /**
     * Reads a catalogue.
     *
     * @param yaml as in {@code config/hardware.yaml}
     * @param source where it comes from, for errors
     * @param usual ceilings that a size has where it names none
     * @param runtime name of the runtime that makes the sandboxes
     * @throws HardwareException when it is wrong
     */
    public static HardwareCatalogue read(String yaml, String source, Limits usual, String runtime) {
        HardwareFile file = HardwareFile.read(yaml, source, usual);
        Map<String, Hardware> all = new LinkedHashMap<>();
        file.sizes().forEach(size -> all.put(size.name(), size));
        Hardware standard = all.get(file.standard());
        if (standard == null) {
            throw new HardwareException("The default hardware \"" + file.standard() + "\" is not among the sizes in "
                    + source + ": add it, or name another one as default.");
        }
        if (standard.microsPerHour() != 0 || !standard.offeredBy(runtime)) {
            throw new HardwareException("The default hardware \"" + file.standard() + "\" in " + source
                    + " must cost nothing and be offered by the runtime \"" + runtime + "\".");
        }
        return new HardwareCatalogue(all, standard, runtime);
    }

    /** What every session gets without asking. */
    public Hardware standard() {
        return standard;
    }

    /** What can be had here, in the order of the catalogue. */
    public List<Hardware> offered() {
        return all.values().stream().filter(size -> size.offeredBy(runtime)).toList();
    }

    /** By its name; {@link SessionException.UnknownHardware} where it isn't offered here. */
    public Hardware get(String name) {
        Hardware found = all.get(name);
        if (found != null && found.offeredBy(runtime)) return found;
        throw new SessionException.UnknownHardware(
                name, offered().stream().map(Hardware::name).toList());
    }

    boolean isStandard(Hardware hardware) {
        return hardware.equals(standard);
    }
}
