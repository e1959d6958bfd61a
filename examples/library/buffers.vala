// SPDX-FileCopyrightText: The sysmem authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// One participant in Vala, asynchronously: asks for buffers and writes into them.

async void take_part (Sysmem.Client client) throws Error {
    var constraints = new Sysmem.Constraints (Sysmem.Usage.CPU_WRITE);
    constraints.min_buffer_count = 3;
    constraints.buffer_memory_constraints = new Sysmem.MemoryConstraints ();
    constraints.buffer_memory_constraints.min_size_bytes = 5000;
    var collection = yield client.allocate_non_shared_async (constraints);
    yield collection.wait_async ();
    for (uint i = 0; i < collection.get_n_items (); i++) {
        var mapping = collection.get_buffer (i).map (Sysmem.MapFlags.WRITE);
        *(uint8*) mapping.get_address () = (uint8) i;
        print ("buffer %u: %zu bytes, the first is %u\n", i, mapping.get_size (),
               mapping.get_bytes ().get (0));
    }
    yield collection.release_async ();
}

int main () {
    var loop = new MainLoop ();
    var status = 0;
    take_part.begin (new_client (), (source, result) => {
        try {
            take_part.end (result);
        } catch (Error error) {
            printerr ("buffers: %s\n", error.message);
            status = 1;
        }
        loop.quit ();
    });
    loop.run ();
    return status;
}

Sysmem.Client new_client () {
    try {
        return new Sysmem.Client ();
    } catch (Error error) {
        GLib.error ("%s", error.message);
    }
}
