// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {EventAccumulator} from "./EventAccumulator.sol";
import {IntentNonces} from "./IntentNonces.sol";
import {IResourceRegistry} from "./interfaces/IResourceRegistry.sol";
import {IStewardRegistry} from "./interfaces/IStewardRegistry.sol";

/// @title What stands registered, and how one resource points to another
/// @notice Holds one storage slot for each registration, and one more for each link.
abstract contract ResourceLinks is IResourceRegistry, IntentNonces, EventAccumulator {
    /// @dev One storage slot.
    struct Entry {
        address registrar;
        uint40 registeredAt;
        uint8 state;
        uint8 relation;
        uint32 licenseNumber;
        uint8 standing;
    }

    uint8 internal constant NONE = 0;
    uint8 internal constant REGISTERED = 1;
    uint8 internal constant SUPERSEDED = 2;
    uint8 internal constant WITHDRAWN = 3;

    // Whether the entry has an original, so that a proof of its slot alone tells that it has none.
    uint8 internal constant ORIGINAL = 1;
    uint8 internal constant RENDITION = 2;

    uint8 private constant TRANSLATION_OF = 3;
    uint8 private constant RENDITION_OF = 4;

    uint8 private constant STANDS = 1;
    uint8 private constant TAKEN_BACK = 2;

    bytes32 private constant SUPERSEDE_TYPEHASH = keccak256(
        "Supersede(bytes32 digest,bytes32 steward,bytes32 successor,uint8 relation,"
        "address signer,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant DECLARE_RENDITION_TYPEHASH = keccak256(
        "DeclareRendition(bytes32 digest,bytes32 steward,bytes32 original,"
        "address signer,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant TAKE_BACK_TYPEHASH = keccak256(
        "TakeBack(bytes32 digest,bytes32 steward,bytes32 other,uint8 relation,"
        "address signer,uint256 nonce,uint64 deadline)"
    );

    /// @notice The registry that says who may speak for a steward.
    IStewardRegistry public immutable STEWARDS;

    mapping(bytes32 digest => mapping(bytes32 steward => Entry)) internal _entries;
    mapping(bytes32 digest => mapping(bytes32 steward => bytes32 successor)) internal _successors;
    mapping(bytes32 digest => mapping(bytes32 steward => bytes32 original)) internal _originals;

    /// @inheritdoc IResourceRegistry
    mapping(bytes32 digest => mapping(bytes32 steward => mapping(bytes32 other => mapping(uint8 relation => uint8))))
        public
        override linkState;

    constructor(IStewardRegistry stewards) {
        STEWARDS = stewards;
    }

    /// @inheritdoc IResourceRegistry
    function supersede(bytes32 digest, bytes32 steward, bytes32 successor, uint8 relation) external override {
        _supersede(digest, steward, successor, relation, msg.sender);
    }

    /// @inheritdoc IResourceRegistry
    function supersedeBySignature(
        bytes32 digest,
        bytes32 steward,
        bytes32 successor,
        uint8 relation,
        Authorization calldata authorization
    ) external override {
        _authorize(authorization, abi.encode(SUPERSEDE_TYPEHASH, digest, steward, successor, relation));
        _supersede(digest, steward, successor, relation, authorization.signer);
    }

    /// @inheritdoc IResourceRegistry
    function declareRendition(bytes32 digest, bytes32 steward, bytes32 original) external override {
        _declareRendition(digest, steward, original, msg.sender);
    }

    /// @inheritdoc IResourceRegistry
    function declareRenditionBySignature(
        bytes32 digest,
        bytes32 steward,
        bytes32 original,
        Authorization calldata authorization
    ) external override {
        _authorize(authorization, abi.encode(DECLARE_RENDITION_TYPEHASH, digest, steward, original));
        _declareRendition(digest, steward, original, authorization.signer);
    }

    /// @inheritdoc IResourceRegistry
    function takeBack(bytes32 digest, bytes32 steward, bytes32 other, uint8 relation) external override {
        _takeBack(digest, steward, other, relation, msg.sender);
    }

    /// @inheritdoc IResourceRegistry
    function takeBackBySignature(
        bytes32 digest,
        bytes32 steward,
        bytes32 other,
        uint8 relation,
        Authorization calldata authorization
    ) external override {
        _authorize(authorization, abi.encode(TAKE_BACK_TYPEHASH, digest, steward, other, relation));
        _takeBack(digest, steward, other, relation, authorization.signer);
    }

    /// @inheritdoc IResourceRegistry
    function checkActive(bytes32 digest, bytes32 steward) public view override returns (uint32 licenseNumber) {
        Entry memory entry = _entries[digest][steward];
        if (entry.state == NONE) {
            revert ResourceNotFound(digest, steward);
        }
        if (entry.state == WITHDRAWN) {
            revert ResourceIsWithdrawn(digest, steward);
        }
        return entry.licenseNumber;
    }

    function _supersede(bytes32 digest, bytes32 steward, bytes32 successor, uint8 relation, address registrar) private {
        if (relation == 0 || relation > TRANSLATION_OF) {
            revert InvalidRelation(relation);
        }
        STEWARDS.checkRegistrar(steward, registrar);
        // A translation stands beside the resource, so that each may have others and be superseded by itself.
        bool takesPlace = relation != TRANSLATION_OF;
        _checkLinkable(digest, steward, takesPlace);
        if (successor == digest) {
            revert SuccessorIsSame(digest);
        }
        // With a successor that is itself superseded the way from one to the next could become a circle.
        _checkLinkable(successor, steward, takesPlace);
        _link(digest, steward, successor, relation);
        if (takesPlace) {
            Entry storage entry = _entries[digest][steward];
            entry.state = SUPERSEDED;
            entry.relation = relation;
            _successors[digest][steward] = successor;
        }
        emit ResourceSuperseded(digest, steward, successor, relation);
        _accumulate(abi.encode(ResourceSuperseded.selector, digest, steward, successor, relation));
    }

    function _declareRendition(bytes32 digest, bytes32 steward, bytes32 original, address registrar) private {
        STEWARDS.checkRegistrar(steward, registrar);
        checkActive(digest, steward);
        if (original == digest) {
            revert OriginalIsSame(digest);
        }
        checkActive(original, steward);
        // A rendition of a rendition could become a circle.
        _checkOriginal(digest, steward);
        _checkOriginal(original, steward);
        _link(digest, steward, original, RENDITION_OF);
        _entries[digest][steward].standing = RENDITION;
        _originals[digest][steward] = original;
        emit RenditionDeclared(digest, steward, original);
        _accumulate(abi.encode(RenditionDeclared.selector, digest, steward, original));
    }

    function _takeBack(bytes32 digest, bytes32 steward, bytes32 other, uint8 relation, address registrar) private {
        STEWARDS.checkRegistrar(steward, registrar);
        checkActive(digest, steward);
        if (linkState[digest][steward][other][relation] != STANDS) {
            revert LinkNotFound(digest, steward, other, relation);
        }
        linkState[digest][steward][other][relation] = TAKEN_BACK;
        Entry storage entry = _entries[digest][steward];
        if (relation == RENDITION_OF) {
            entry.standing = ORIGINAL;
            _originals[digest][steward] = 0;
        } else if (relation != TRANSLATION_OF) {
            entry.state = REGISTERED;
            entry.relation = 0;
            _successors[digest][steward] = 0;
        }
        emit LinkTakenBack(digest, steward, other, relation);
        _accumulate(abi.encode(LinkTakenBack.selector, digest, steward, other, relation));
    }

    /// @dev What happened once is told once, so that a link that was taken back is not made again.
    function _link(bytes32 digest, bytes32 steward, bytes32 other, uint8 relation) private {
        uint8 state = linkState[digest][steward][other][relation];
        if (state == TAKEN_BACK) {
            revert LinkWasTakenBack(digest, steward, other, relation);
        }
        if (state == STANDS) {
            revert ResourceAlreadySuperseded(digest, steward, other);
        }
        linkState[digest][steward][other][relation] = STANDS;
    }

    /// @dev Returns if the resource is active and, where it matters, not superseded.
    function _checkLinkable(bytes32 digest, bytes32 steward, bool takesPlace) private view {
        checkActive(digest, steward);
        bytes32 successor = _successors[digest][steward];
        if (takesPlace && successor != 0) {
            revert ResourceAlreadySuperseded(digest, steward, successor);
        }
    }

    /// @dev Returns if the resource is not a rendition of another.
    function _checkOriginal(bytes32 digest, bytes32 steward) private view {
        bytes32 original = _originals[digest][steward];
        if (original != 0) {
            revert ResourceIsRendition(digest, steward, original);
        }
    }
}
