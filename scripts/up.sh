# ./mayfly up and ./mayfly down. Sourced by ./mayfly.

up() {
    local detach=no arguments=() want_help=no
    while [ $# -gt 0 ]; do
        case "$1" in
            -d|--detach) detach=yes ;;
            -h|--help) want_help=yes ;;
            --images) image_options=(--images "$2"); arguments+=("$1" "$2"); shift ;;
            --images=*) image_options=("$1"); arguments+=("$1") ;;
            *) arguments+=("$1") ;;
        esac
        shift
    done
    [ "$want_help" = yes ] && { usage; exit 0; }

    install_build_tools
    install_run_tools
    ensure_user
    want_image=yes
    build
    ensure_image
    if [ "$detach" = no ]; then
        program serve --first-key "${arguments[@]}"
    fi
    program start "${arguments[@]}"
}

down() {
    install_build_tools
    build
    program stop "$@"
}
